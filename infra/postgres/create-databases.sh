#!/bin/bash
# Run once, by the image, on an empty data folder: a database per service, and a login that may connect to it and nothing else.
# What it may do inside is granted by the service's `setup`. One server for four databases is the demonstration's economy:
# nothing below or above knows of it, and each can move to a server of its own by its DATABASE_URL.
set -euo pipefail

for service in signup email workspace-provisioning analytics; do
  psql --username "$POSTGRES_USER" --dbname postgres --quiet --set ON_ERROR_STOP=1 \
    --set service="$service" --set password="$(cat "/run/secrets/$service")" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"service";
SQL
done

# By default everybody may connect to these two.
psql --username "$POSTGRES_USER" --dbname postgres --quiet --set ON_ERROR_STOP=1 \
  --command 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'
