#!/bin/bash
# Starts a streaming replica: copies the primary where there is nothing yet, and follows it from then on.
set -euo pipefail
PGPASSWORD=$(cat /run/parley/database/password)
export PGPASSWORD
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  until pg_basebackup --host=postgres --username=parley --pgdata="$PGDATA" --wal-method=stream --checkpoint=fast; do
    rm -rf "${PGDATA:?}"/*
    sleep 1
  done
  touch "$PGDATA/standby.signal"
  chown -R postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
fi
exec docker-entrypoint.sh postgres \
  -c "primary_conninfo=host=postgres user=parley password=$PGPASSWORD" -c hot_standby_feedback=on
