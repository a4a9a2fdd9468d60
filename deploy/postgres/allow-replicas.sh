#!/bin/sh
# Run once, when the primary's database is made: lets replicas follow it.
echo 'host replication all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
