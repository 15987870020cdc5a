# pdns_server with its remote backend and deploy/pdns.conf:
#
#   docker build -f deploy/pdns.Dockerfile -t mxbalance-pdns .
#
# Its user is in mxbalance's group, which may connect to the socket. A fresh volume for the socket gets the owner that
# the directory has in the image of the container that is started first, hence the directory. DNS is on port 5353, which
# needs no capability.

FROM debian:bookworm-slim
# The package leaves a user pdns as it is.
RUN groupadd --system --gid 953 mxbalance && groupadd --system --gid 954 pdns \
    && useradd --system --uid 954 --gid pdns --groups mxbalance --home-dir /var/spool/powerdns \
      --shell /usr/sbin/nologin pdns \
    && install -d -o 953 -g mxbalance -m 2750 /run/mxbalance
RUN apt-get -qq update \
    && apt-get -qq install -y --no-install-recommends pdns-server pdns-backend-remote bind9-dnsutils >/dev/null \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /etc/powerdns/*
COPY deploy/pdns.conf /etc/powerdns/pdns.conf
USER pdns
EXPOSE 5353/udp 5353/tcp
HEALTHCHECK --interval=5s --timeout=5s --start-period=5s \
  CMD ["dig", "+time=2", "+tries=1", "-p", "5353", "@127.0.0.1", "CH", "TXT", "version.bind"]
ENTRYPOINT ["pdns_server", "--guardian=no", "--daemon=no", "--disable-syslog", "--socket-dir=/tmp", "--local-port=5353"]
CMD ["--remote-connection-string=unix:path=/run/mxbalance/pdns.sock,timeout=2000", "--distributor-threads=3"]
