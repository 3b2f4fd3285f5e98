#!/bin/sh
# The key that signs Saleor's tokens is made once and kept in a volume; then the schema is brought up to date.
set -eu

key=/var/lib/saleor-keys/rsa.pem
if [ ! -s "$key" ]; then
  umask 077
  python - "$key.new" <<'PYTHON'
import sys
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
with open(sys.argv[1], "wb") as file:
    file.write(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
PYTHON
  mv "$key.new" "$key"
fi

RSA_PRIVATE_KEY=$(cat "$key")
export RSA_PRIVATE_KEY
exec python manage.py migrate --no-input
