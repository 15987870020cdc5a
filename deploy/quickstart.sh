#!/usr/bin/env bash
# From a clean clone to turning answers, on a fresh Debian 12 as root: installs what is missing, builds mxbalance, makes
# a database with both recipes in a temporary directory, starts mxbalance and a pdns_server on free local ports, asks
# with dig, changes weights, drains a server, and ends what it started. Touches nothing else; run it as often as you
# like.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
# Runs a command after it is shown, with quotes where a shell needs them.
show() {
  local argument line='$'
  for argument; do
    [[ $argument =~ ^[a-zA-Z0-9./:_-]+$ ]] || argument="\"$argument\""
    line+=" $argument"
  done
  printf '%s\n' "$line"
  "$@"
}

say "Installing packages and building"
deploy/install-packages.sh build run
cmake --preset release -DBUILD_TESTING=OFF >/dev/null
cmake --build --preset release --target mxbalance
PATH=$PWD/build/release:$PATH

directory=$(mktemp -d)
processes=()
finish() {
  status=$?
  trap - EXIT
  if [ $status -ne 0 ]; then
    echo "quickstart failed; what the services logged:" >&2
    tail -n 20 "$directory"/*.log >&2 || true
  fi
  [ ${#processes[@]} -eq 0 ] || kill "${processes[@]}" 2>/dev/null || true
  wait
  rm -rf "$directory"
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

# Waits until a command succeeds.
wait_until() {
  for _ in $(seq 200); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.05
  done
  echo "waited 10 s for: $*" >&2
  return 1
}

# A port that nothing uses, below those that the kernel gives to clients.
free_port() {
  local port
  for port in $(shuf -i 10000-32767 -n 100); do
    [ -z "$(ss -Hatun "sport = :$port")" ] && { echo "$port"; return; }
  done
  echo "found no free port" >&2
  return 1
}

say "A database with both recipes"
cd "$directory"
export MXBALANCE_DB=$directory/mail.db
show mxbalance migrate
show mxbalance zone add yourdomain.com --ns ns1.yourdomain.com --ns ns2.yourdomain.com
show mxbalance zone records yourdomain.com add ns1.yourdomain.com A 10.0.0.53
show mxbalance zone records yourdomain.com add ns2.yourdomain.com A 10.0.0.54
show mxbalance server add mail1.yourdomain.com --address 10.0.0.1
show mxbalance server add mail2.yourdomain.com --address 10.0.0.2
show mxbalance pool add inbound --ttl 60
show mxbalance pool join inbound mail1.yourdomain.com mail2.yourdomain.com
show mxbalance pool publish inbound yourdomain.com --as MX
show mxbalance pool publish inbound mail.yourdomain.com --as A

say "mxbalance and pdns_server"
mxbalance serve --http 127.0.0.1:0 --probe none >mxbalance.log 2>&1 &
processes+=($!)
wait_until grep -q ' serving ' mxbalance.log
http_port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' mxbalance.log)
sed "s|127.0.0.1:8053|127.0.0.1:$http_port|" "$OLDPWD/deploy/pdns.conf" >pdns.conf
printf '%s\n' local-address=127.0.0.1 "socket-dir=$directory" security-poll-suffix= >>pdns.conf
ask() { dig +noall +answer @127.0.0.1 -p "$dns_port" "$@"; }
answers() { [[ "$(ask yourdomain.com MX)" == *mail1.yourdomain.com.* ]]; }
# pdns_server cannot choose its port: it ends where another program was faster, and is started on another one.
start_pdns() {
  local pdns
  for _ in $(seq 10); do
    dns_port=$(free_port)
    pdns_server "--config-dir=$directory" "--local-port=$dns_port" --guardian=no --daemon=no --disable-syslog \
      >pdns.log 2>&1 &
    pdns=$!
    wait_until answers_or_ended "$pdns"
    kill -0 "$pdns" 2>/dev/null && { processes+=("$pdns"); return; }
    grep -qi 'address already in use' pdns.log || return 1
  done
  return 1
}
answers_or_ended() { answers || ! kill -0 "$1"; }
start_pdns
echo "mxbalance answers pdns_server on 127.0.0.1:$http_port, pdns_server answers DNS on 127.0.0.1:$dns_port"

say "Recipe 1: several MX records of one preference. Ask four times: the first one turns."
for _ in 1 2 3 4; do show ask yourdomain.com MX; done

say "Recipe 2: several A records of one name."
for _ in 1 2 3 4; do show ask mail.yourdomain.com A; done

say "Weights by the sqlite3 shell: 70 and 30. Each lookup draws who is first, and no shuffling can undo it."
show sqlite3 mail.db '.timeout 5000' \
  "UPDATE mail_servers SET weight = CASE name WHEN 'mail1.yourdomain.com' THEN 70 ELSE 30 END"
for _ in $(seq 100); do ask yourdomain.com MX | sort -k5n | head -n 1; done | awk '{print $6}' | sort | uniq -c |
  sed 's/$/ was the best MX of 100 lookups/'

say "mail1 is drained: gone from the next answer."
show mxbalance server drain mail1.yourdomain.com
show ask yourdomain.com MX
show ask mail.yourdomain.com A
show mxbalance pool show inbound

say "Done. Everything that was started is ended, and $directory is removed."
