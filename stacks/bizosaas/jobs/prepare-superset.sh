#!/bin/sh
# Superset wants this order: schema, administrator, roles and permissions. An administrator that exists
# already is left as it is.
set -eu

superset db upgrade
superset fab create-admin --username "$ADMIN_NAME" --firstname BizOSaaS --lastname Administrator \
  --email "$ADMIN_EMAIL" --password "$ADMIN_PASSWORD"
exec superset init
