#!/usr/bin/env bash
# Installs Debian 12 packages for a purpose, if any is missing: build, run (PowerDNS and its remote backend, with dig
# and sqlite3 to look at it), test, lint, fuzz, bench, container. Several purposes may be given. Needs root.
set -euo pipefail

build=(build-essential cmake ninja-build pkg-config libcpp-httplib-dev nlohmann-json3-dev libsqlitecpp-dev
  libsqlite3-dev libcli11-dev libfmt-dev libspdlog-dev libssl-dev libsystemd-dev libidn2-dev)
run=(pdns-server pdns-backend-remote bind9-dnsutils sqlite3 iproute2)
test=(libgtest-dev libgmock-dev python3 python3-dnspython pdns-backend-sqlite3 pdns-tools nsd unbound ldnsutils mount
  systemd postfix openssl libfaketime libidn12 libdb5.3 libgnutls-dane0 libnsl2 libpcre2-8-0)
lint=(clang-format clang-tidy)
fuzz=(clang libclang-rt-14-dev)
container=(docker.io docker-compose mmdebstrap podman catatonit runc iproute2 bind9-dnsutils)
bench=(dnsperf linux-perf)

[ $# -gt 0 ] || { echo "usage: $0 build|run|test|lint|fuzz|bench|container ..." >&2; exit 64; }
wanted=()
for purpose in "$@"; do
  case $purpose in
    build | run | test | lint | fuzz | bench | container) declare -n packages=$purpose; wanted+=("${packages[@]}") ;;
    *) echo "$0: no such purpose: $purpose (build, run, test, lint, fuzz, bench, container)" >&2; exit 64 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done
# Debian installs one mail server at a time: Exim, which tests need beside Postfix, is unpacked only.
exim=/usr/local/lib/mxbalance-tests/exim4
needs_exim=false
for purpose in "$@"; do [ "$purpose" != test ] || [ -x "$exim/usr/sbin/exim4" ] || needs_exim=true; done
[ ${#missing[@]} -eq 0 ] && [ $needs_exim = false ] && exit 0
[ "$(id -u)" -eq 0 ] || { echo "$0: needs root to install: ${missing[*]:-Exim, unpacked}" >&2; exit 77; }

echo "installing: ${missing[*]:-Exim, unpacked}"
export DEBIAN_FRONTEND=noninteractive
# Debian would start a pdns_server of its own on port 53; what is installed here is started by hand.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get -qq update
[ ${#missing[@]} -eq 0 ] || apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
if [ $needs_exim = true ]; then
  download=$(mktemp -d)
  (cd "$download" && apt-get -qq -o APT::Sandbox::User=root download exim4-daemon-light)
  mkdir -p "$exim"
  dpkg-deb -x "$download"/exim4-daemon-light_*.deb "$exim"
  rm -r "$download"
  # Exim does not start without the user that it was built for.
  id Debian-exim >/dev/null 2>&1 || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin Debian-exim
fi
