#!/bin/sh
# Starts a command with its secrets in the environment, for programs that cannot read them from files.
# They are put together here, in the container, so that neither the file nor `docker inspect` shows them:
#   FROM_SECRET_NAME=jwt_secret     NAME becomes the content of that secret, or of a file when it is a path
#   URL_FROM_SECRET_NAME=a://b:{c}@d   NAME becomes the text with each {secret} filled in, percent-encoded
set -eu

directory=${SECRETS_DIRECTORY:-/run/secrets}

content_of() {
  case $1 in
    /*) cat "$1" ;;
    *) cat "$directory/$1" ;;
  esac
}

percent_encoded() {
  left=$1
  while [ -n "$left" ]; do
    rest=${left#?}
    character=${left%"$rest"}
    case $character in
      [a-zA-Z0-9._~-]) printf %s "$character" ;;
      *) printf %s "$character" | od -An -v -tx1 | tr -d '\n' | tr -s ' ' % ;;
    esac
    left=$rest
  done
}

filled_in() {
  text=$1
  while :; do
    case $text in
      *{*}*) ;;
      *) break ;;
    esac
    before=${text%%\{*}
    after=${text#*\}}
    name=${text#*\{}
    secret=$(content_of "${name%%\}*}")
    text=$before$(percent_encoded "$secret")$after
  done
  printf %s "$text"
}

names_after() { env | sed -n "s/^$1\([A-Za-z0-9_]*\)=.*/\1/p"; }

for name in $(names_after FROM_SECRET_); do
  eval "source=\$FROM_SECRET_$name"
  # Two steps: the status of a command inside export would be lost.
  value=$(content_of "$source")
  export "$name=$value"
done
for name in $(names_after URL_FROM_SECRET_); do
  eval "template=\$URL_FROM_SECRET_$name"
  value=$(filled_in "$template")
  export "$name=$value"
done

exec "$@"
