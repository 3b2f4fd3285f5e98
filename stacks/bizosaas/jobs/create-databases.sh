#!/bin/sh
# One role and one database for each application (two Django programs in one database would collide),
# and the extensions. May run any number of times; a changed password file changes the role's password.
set -eu

PGPASSWORD=$(cat /run/secrets/postgres_password)
export PGPASSWORD PGHOST=postgres PGUSER=postgres PGOPTIONS='-c client_min_messages=warning'

make_database() {
  # psql reads the password itself: as an argument it would stand in the process list.
  ROLE=$2 psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -v database="$1" -v role="$2" postgres <<'SQL'
\set password `cat "/run/secrets/postgres_$ROLE"`
SELECT format('CREATE ROLE %I LOGIN', :'role')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SQL
}

make_database bizosaas bizosaas
make_database wagtail wagtail
make_database saleor saleor
make_database superset superset
make_database temporal temporal
make_database temporal_visibility temporal

psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION IF NOT EXISTS vector' bizosaas
psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements' postgres
