#!/bin/sh
# Makes one cluster of six nodes, of three shards with a replica each, where they are not one yet.
set -eu
if redis-cli -h redis-1 cluster info | grep -q 'cluster_state:ok'; then exit 0; fi
nodes=
for n in 1 2 3 4 5 6; do
  # By address: a node meets others by nothing else.
  nodes="$nodes $(getent hosts "redis-$n" | awk '{ print $1 }'):6379"
done
# shellcheck disable=SC2086 # each is a word of its own
redis-cli --cluster create $nodes --cluster-replicas 1 --cluster-yes
until redis-cli -h redis-1 cluster info | grep -q 'cluster_state:ok'; do sleep 0.2; done
