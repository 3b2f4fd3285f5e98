#!/bin/sh
# Brings the schema up to date and makes the first administrator, once.
set -eu

python manage.py migrate --no-input
exec python manage.py shell -c '
import os
from django.contrib.auth import get_user_model

users = get_user_model().objects
name = os.environ["ADMIN_NAME"]
if not users.filter(username=name).exists():
    users.create_superuser(name, os.environ["ADMIN_EMAIL"], os.environ["ADMIN_PASSWORD"])
'
