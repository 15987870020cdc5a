#!/usr/bin/env bash
# deploy/'s containers, really run: builds the images, brings deploy/compose.yml up, asks the DNS ports, edits the
# database from the scripts' container, kills each container, upgrades over an older volume, and runs deploy/pod.yaml by
# podman. As root on Debian 12; installs what is missing. No image registry is asked: mmdebstrap makes the base image
# from Debian's packages, and a private Docker daemon with directories of its own runs it all. Everything that was
# started is ended and unmounted again, also after a failure. Exit status: 0 all held; 1 something failed; 77 this
# machine cannot run containers, for the reason printed.
set -euo pipefail
cd "$(dirname "$0")/../.."
source=$PWD

say() { printf '%4d s  %s\n' $SECONDS "$*"; }
ok() { say "ok: $*"; }
fail() { say "FAILED: $*"; exit 1; }
cannot() {
  say "SKIPPED, NOTHING OF deploy/'s CONTAINERS WAS TESTED: this machine cannot run containers: $*"
  exit 77
}

[ "$(id -u)" -eq 0 ] || cannot "this user is not root"
unshare --mount --net --pid --fork true 2>/dev/null || cannot "it does not let root make namespaces (unshare)"
deploy/install-packages.sh run container

work=$(mktemp -d /var/tmp/mxbalance-container.XXXXXX)
daemon=
podman_used=
namespace=

docker() { command /usr/bin/docker "$@"; }
compose() {
  docker-compose --project-name mxbalance --file "$source/deploy/compose.yml" --profile http "$@" 2>>"$work/compose.log"
}
podman_directories=(--root "$work/podman/root" --runroot "$work/podman/run" --tmpdir "$work/podman/tmp")
pod() { podman "${podman_directories[@]}" "$@" 2>>"$work/podman.log"; }

finish() {
  status=$?
  trap - EXIT
  set +e
  if [ $status -eq 1 ] && [ -n "$daemon" ]; then
    docker ps --all >&2
    for container in $(docker ps --all --quiet); do docker logs --tail 5 "$container" >&2; done
    tail -n 20 "$work"/*.log >&2
    if [ -n "$podman_used" ]; then
      for container in mxbalance-mxbalance mxbalance-pdns; do
        podman "${podman_directories[@]}" logs --tail 5 $container >&2
      done
    fi
  fi
  [ -z "$podman_used" ] || { pod rm --all --force >/dev/null; pod pod rm --all --force >/dev/null; }
  [ -z "$namespace" ] || kill "$namespace" 2>/dev/null
  if [ -n "$daemon" ]; then
    containers=$(docker ps --all --quiet 2>/dev/null)
    [ -z "$containers" ] || docker rm --force --volumes $containers >/dev/null 2>&1
    docker network prune --force >/dev/null 2>&1
    kill "$daemon" 2>/dev/null
    wait "$daemon" 2>/dev/null
  fi
  # netns/default and whatever a container had mounted.
  awk -v work="$work/" 'index($5, work) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
    while read -r mount; do umount --lazy "$mount"; done
  rm -rf "$work"
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

# Waits until a command succeeds: wait_until SECONDS WHAT COMMAND...
wait_until() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || fail "waited for $what"
    sleep 0.1
  done
}

free_port() {
  local port
  for port in $(shuf -i 10000-32767 -n 100); do
    [ -z "$(ss -Hatun "sport = :$port")" ] && { echo "$port"; return; }
  done
  fail "there is no free port"
}

# --- a daemon and a base image of its own

export DOCKER_HOST=unix://$work/docker.sock DOCKER_CONFIG=$work/config DOCKER_BUILDKIT=0 COMPOSE_IGNORE_ORPHANS=1
mkdir "$work/config"
echo "{}" >"$work/config/config.json"
mmdebstrap --variant=apt --quiet bookworm "$work/base.tar" >"$work/mmdebstrap.log" 2>&1 &
base=$!
dockerd --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/pid" --host "$DOCKER_HOST" --bridge none \
  --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
  --default-address-pool base=10.213.0.0/16,size=24 >"$work/dockerd.log" 2>&1 &
daemon=$!
daemon_answers() { docker version; }
for _ in $(seq 300); do
  daemon_answers >/dev/null 2>&1 && break
  kill -0 $daemon 2>/dev/null || break
  sleep 0.1
done
if ! daemon_answers >/dev/null 2>&1; then
  kill $base
  cannot "Docker's daemon does not start: $(tail -n 1 "$work/dockerd.log")"
fi
wait $base || fail "mmdebstrap made no base image: $(tail -n 3 "$work/mmdebstrap.log")"
docker import "$work/base.tar" debian:bookworm-slim >/dev/null
docker run --rm --network none debian:bookworm-slim true 2>"$work/first.log" ||
  cannot "Docker starts none: $(head -n 1 "$work/first.log")"
ok "a Docker daemon of its own, and a base image from Debian's packages"

# --- the images

build() { docker build --network host --file "deploy/$1" --tag "$2" "${@:3}" . >"$work/build-$2.log" 2>&1; }
build pdns.Dockerfile mxbalance-pdns &
pdns_image=$!
build Dockerfile mxbalance || fail "deploy/Dockerfile does not build: $(tail -n 5 "$work/build-mxbalance.log")"
build Dockerfile mxbalance-scripts --target scripts || fail "deploy/Dockerfile does not build its target scripts"
wait $pdns_image || fail "deploy/pdns.Dockerfile does not build: $(tail -n 5 "$work/build-mxbalance-pdns.log")"
size_of() { docker image inspect --format '{{.Size}}' "$1"; }
above=$((($(size_of mxbalance) - $(size_of debian:bookworm-slim)) / 1000000))
[ $above -lt 60 ] || fail "the image of mxbalance is $above MB above its base; at most 60 are allowed"
ok "both images are built; mxbalance's is $above MB above its base"

# --- up

port=$(free_port)
http_port=$(free_port)
export DNS_ADDRESS=127.0.0.1 DNS_PORT=$port HTTP_DNS_PORT=$http_port
ask() { dig +time=1 +tries=1 +short @127.0.0.1 -p "$@"; }
container() { compose ps --quiet "$1"; }
script() { docker exec "$scripts" "$@"; }
sql() { script sqlite3 -cmd '.timeout 5000' /var/lib/mxbalance/mxbalance.db "$@"; }

run=$(docker run --rm --network none mxbalance serve 2>&1) && fail "mxbalance serves from a volume that is not mounted"
grep -q 'mxbalance --db .* migrate' <<<"$run" || fail "on an unmounted volume it does not name migrate: $run"
ok "on a volume without a database, serve fails and names migrate"

compose up --detach --no-build >/dev/null || fail "deploy/compose.yml does not come up"
scripts=$(compose run --detach --rm scripts | tail -n 1)
script mxbalance zone add yourdomain.com --ns ns1.yourdomain.com --ns ns2.yourdomain.com 2>/dev/null >&2
script mxbalance server add mail1.yourdomain.com --address 10.0.0.1 --probe none >/dev/null
script mxbalance server add mail2.yourdomain.com --address 10.0.0.2 --probe none >/dev/null
script mxbalance pool add inbound >/dev/null
script mxbalance pool join inbound mail1.yourdomain.com mail2.yourdomain.com >/dev/null
script mxbalance pool publish inbound yourdomain.com --as MX >/dev/null
both_answer() {
  [ "$(ask "$1" yourdomain.com MX | sort | tr '\n' ' ')" = "10 mail1.yourdomain.com. 10 mail2.yourdomain.com. " ]
}
wait_until 30 "an answer over the Unix socket" both_answer "$port"
wait_until 30 "an answer over HTTP" both_answer "$http_port"
ok "compose up: pdns_server answers over the Unix socket and over HTTP," \
  "from the database that the scripts' container wrote"

# --- edits, and two containers on one write-ahead log

sql "UPDATE mail_servers SET state = 'drain' WHERE name = 'mail1.yourdomain.com'"
for each in "$port" "$http_port"; do
  [ "$(ask "$each" yourdomain.com MX)" = "10 mail2.yourdomain.com." ] || fail "the edit is not in the next answer"
done
sql "UPDATE mail_servers SET state = 'enabled' WHERE name = 'mail1.yourdomain.com'"
for preference in $(seq 21 45); do
  sql "UPDATE pool_members SET preference = $preference"
  [[ "$(ask "$port" yourdomain.com MX)" == "$preference "* ]] || fail "commit $preference is not in the next answer"
done
sql "UPDATE pool_members SET preference = 10"
[ "$(sql 'PRAGMA integrity_check')" = ok ] || fail "the database is damaged"
ok "edits from the scripts' container are in the next answer, 25 commits of 25"

# --- mail servers, probed from the network for probes, that die and come back

no_mail_image() { fail "no image of a mail server: $(tail -n 5 "$work/build-mail.log")"; }
docker build --network host --tag mail - >"$work/build-mail.log" 2>&1 <<'END' || no_mail_image
FROM debian:bookworm-slim
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends postfix >/dev/null \
    && postconf -e inet_interfaces=all inet_protocols=ipv4 mydestination= maillog_file=/dev/stdout
CMD ["postfix", "start-fg"]
END
address_of() { docker inspect --format '{{(index .NetworkSettings.Networks "mxbalance_probes").IPAddress}}' "$1"; }
live() { [ "$(ask "$port" real.yourdomain.com MX | awk '{print $2}' | sort | tr '\n' ' ')" = "$1" ]; }
is_up() { [ "$(sql "SELECT health FROM mail_addresses WHERE server = '$1.yourdomain.com'")" = up ]; }
script mxbalance pool add real >/dev/null
for mail in real1 real2; do
  docker run --detach --name $mail --network mxbalance_probes mail >/dev/null 2>&1
  script mxbalance server add $mail.yourdomain.com --address "$(address_of $mail)" --interval 1s >/dev/null
  script mxbalance pool join real $mail.yourdomain.com >/dev/null
done
script mxbalance server add far.yourdomain.com --address 2001:db8::1 --interval 1s >/dev/null
script mxbalance pool publish real real.yourdomain.com --as MX >/dev/null
for mail in real1 real2; do wait_until 30 "$mail to be up" is_up $mail; done
wait_until 10 "both to be answered" live "real1.yourdomain.com. real2.yourdomain.com. "
docker kill real1 >/dev/null
wait_until 40 "the dead mail server to leave the answers" live "real2.yourdomain.com. "
docker start real1 >/dev/null
script mxbalance server set real1.yourdomain.com --address "$(address_of real1)" >/dev/null
wait_until 40 "the mail server to come back" live "real1.yourdomain.com. real2.yourdomain.com. "
[ "$(sql "SELECT health FROM mail_addresses WHERE address = '2001:db8::1'")" = unknown ] ||
  fail "an address that cannot be reached from here has another health"
far_is_not_probed() { script mxbalance server list | grep -q '2001:db8::1(not probed since '; }
wait_until 20 "the list to say what is not probed" far_is_not_probed
[ "$(docker inspect --format '{{.NetworkSettings.Ports}}' "$(container mxbalance)")" = 'map[]' ] ||
  fail "a port of mxbalance is published"
docker rm --force real1 real2 >/dev/null
ok "a mail server that is killed leaves the answers and comes back; IPv6 without a route says nothing"

# --- what they may do

for service in mxbalance pdns http-mxbalance http-pdns; do
  id=$(container $service)
  [ "$(docker inspect --format '{{.HostConfig.ReadonlyRootfs}}' "$id")" = true ] ||
    fail "$service's root is not read-only"
  [ "$(docker exec "$id" id -u)" -ne 0 ] || fail "$service runs as root"
  ! docker exec --user 0 "$id" touch /etc/written 2>/dev/null || fail "$service's root can be written to"
  docker exec "$id" grep -q '^CapEff:.*0000000000000000$' /proc/1/status || fail "$service has capabilities"
  healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "$id")" = healthy ]; }
  wait_until 30 "$service to be healthy" healthy
done
ok "no container runs as root, can write to its root file system, or has a capability; all are healthy"

# --- killed, each

for service in mxbalance pdns http-mxbalance http-pdns; do
  id=$(container $service)
  started=$(docker inspect --format '{{.State.StartedAt}}' "$id")
  kill -9 "$(docker inspect --format '{{.State.Pid}}' "$id")"
  again() { [ "$(docker inspect --format '{{.State.StartedAt}} {{.State.Running}}' "$id")" != "$started true" ]; }
  wait_until 30 "$service to be started again" again
  case $service in http-*) each=$http_port ;; *) each=$port ;; esac
  wait_until 60 "an answer after $service was killed" both_answer "$each"
done
ok "each container was killed, was started again, and its pair answers"

compose stop mxbalance >/dev/null
compose restart pdns >/dev/null
compose start mxbalance >/dev/null
wait_until 60 "an answer after pdns_server started before mxbalance" both_answer "$port"
ok "pdns_server, started before mxbalance, finds it"

# --- an upgrade over an existing volume

compose stop pdns mxbalance http-pdns http-mxbalance >/dev/null
script sh -c 'cd /var/lib/mxbalance && rm -f mxbalance.db*'
docker exec --interactive "$scripts" sqlite3 /var/lib/mxbalance/mxbalance.db <tests/unit/db/schema/older/former.sql
printf 'FROM mxbalance\nLABEL version=next\n' | docker build --tag mxbalance:next - >/dev/null 2>&1
MXBALANCE_IMAGE=mxbalance:next compose up --detach --no-build >/dev/null || fail "the new image does not come up"
upgraded() { [ "$(ask "$1" older.example MX)" = "10 mail1.older.example." ]; }
wait_until 60 "an answer from the upgraded database" upgraded "$port"
wait_until 60 "an answer from it over HTTP" upgraded "$http_port"
script sh -c 'ls /var/lib/mxbalance/mxbalance.db.before-*' >/dev/null 2>&1 ||
  fail "the upgrade left no copy of the database"
ok "a new image over a volume of an older version: upgraded, with a copy beside it, and answers"
compose down --volumes --timeout 3 >/dev/null || fail "deploy/compose.yml does not go down"

# --- deploy/pod.yaml, by podman, in a network namespace of its own: there is no bridge, so the pod shares that one, and
# what it would publish is left out.

cat >"$work/containers.conf" <<'END'
[containers]
default_ulimits = ["nofile=8192:8192", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
END
export CONTAINERS_CONF=$work/containers.conf
unshare --net sleep infinity &
namespace=$!
inside() { nsenter --net="/proc/$namespace/ns/net" "$@"; }
in_namespace_of_its_own() { [ "$(readlink "/proc/$namespace/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
wait_until 10 "a network namespace" in_namespace_of_its_own
inside ip link set lo up
for image in mxbalance mxbalance-pdns mxbalance-scripts mail; do docker tag $image localhost/$image; done
podman_used=yes
docker save localhost/mxbalance localhost/mxbalance-pdns localhost/mxbalance-scripts localhost/mail |
  pod load --quiet >/dev/null || fail "podman does not load the images"
sed '/^      ports:$/d; /- { name: dns-/d' deploy/pod.yaml >"$work/pod.yaml"
in_pod() { pod exec mxbalance-scripts "$@"; }
inside_podman() { inside podman "${podman_directories[@]}" "$@" >>"$work/podman.log" 2>&1; }
inside_podman play kube --network host "$work/pod.yaml" || fail "deploy/pod.yaml does not come up"
in_pod mxbalance zone add pod.example --ns ns1.example.net >/dev/null
ask_pod() { inside dig +time=1 +tries=1 +short @127.0.0.1 -p 5353 "$@"; }
pod_answers() { [ "$(ask_pod pod.example NS)" = ns1.example.net. ]; }
wait_until 30 "an answer from the pod" pod_answers
in_pod mxbalance server add mail1.pod.example --address 10.0.0.1 >/dev/null
in_pod sqlite3 -cmd '.timeout 5000' /var/lib/mxbalance/mxbalance.db "UPDATE mail_addresses SET address = '10.0.0.9'"
[ "$(ask_pod mail1.pod.example A)" = 10.0.0.9 ] || fail "an edit in the pod is not in the next answer"
in_pod mxbalance server add mail2.pod.example --address 127.0.0.1 --interval 1s >/dev/null
mail_is() { in_pod mxbalance server list | grep -q "127.0.0.1($1)"; }
inside_podman run --detach --name mail --network host localhost/mail || fail "no mail server in the pod's namespace"
wait_until 30 "the pod's mail server to be up" mail_is up
pod kill mail >/dev/null
wait_until 40 "the pod's mail server to be down" mail_is down
inside_podman start mail || fail "the pod's mail server does not start again"
wait_until 40 "the pod's mail server to come back" mail_is up
said_not_probed() { in_pod mxbalance server list | grep -q "$1(not probed since "; }
wait_until 40 "the list to say that without a route an address is not probed" said_not_probed 10.0.0.9
for container in mxbalance-mxbalance mxbalance-pdns mxbalance-scripts; do
  ! pod exec "$container" touch /etc/written || fail "$container's root can be written to"
  [ "$(pod exec "$container" id -u)" -ne 0 ] || fail "$container runs as root"
done
pod exec mxbalance-mxbalance mxbalance ping >/dev/null || fail "mxbalance in the pod does not answer its probe"
ok "deploy/pod.yaml, by podman play kube: it comes up, answers, and nothing in it runs as root or can write to its root"
say "all held"
