#!/bin/sh
# The configuration goes in by standard input: an argument would show the password in the process list.
set -eu

exec redis-server - <<CONFIGURATION
bind * -::*
protected-mode no
dir /data
appendonly yes
save ""
maxmemory 24mb
maxmemory-policy allkeys-lru
requirepass $(cat /run/credentials/redis)
CONFIGURATION
