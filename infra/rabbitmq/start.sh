#!/bin/bash
# Puts the passwords of the secrets into the definitions, salted and hashed as RabbitMQ stores them, and starts the broker.
# https://www.rabbitmq.com/docs/passwords#computing-password-hash
set -euo pipefail

bytes() { printf "$(sed 's/../\\x&/g' <<<"$1")"; } # of a hex string
hashed() {
  local salt sum
  salt=$(head -c 4 /dev/urandom | od -An -tx1 | tr -d ' \n')
  sum=$({ bytes "$salt"; printf '%s' "$1"; } | sha256sum | cut -d ' ' -f 1)
  bytes "$salt$sum" | base64 -w 0
}

definitions=$(cat /etc/tributary/definitions.json)
for user in setup signup email workspace-provisioning analytics; do
  definitions=${definitions//"<$user>"/$(hashed "$(cat "/run/secrets/$user")")}
done
install -m 600 -o rabbitmq /dev/null /var/lib/rabbitmq/definitions.json
cat >/var/lib/rabbitmq/definitions.json <<<"$definitions"
exec docker-entrypoint.sh rabbitmq-server
