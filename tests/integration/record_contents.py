"""Contents of records, good, odd and bad, of every type that PowerDNS knows: what the test of contents puts into a zone.
For MX and SRV the preference is not in the content: the store has a column for it."""
import itertools

LABEL = "a" * 63
HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
KEY = "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWXgnLh4+B5xQlNVz8Og8kv"

# What every field of these is written after is replaced, left out and repeated by mutations().
GOOD = {
    "A": ["192.0.2.1"],
    "AAAA": ["2001:db8::1"],
    "AFSDB": ["1 afs.example.com"],
    "ALIAS": ["www.example.org"],
    "APL": ["1:192.0.2.0/24 !2:2001:db8::/32"],
    "CAA": ['0 issue "ca.example"'],
    "CDNSKEY": ["257 3 13 " + KEY],
    "CDS": ["20642 8 2 " + HASH],
    "CERT": ["1 0 8 " + KEY],
    "CNAME": ["www.example.org"],
    "CSYNC": ["66 3 A NS AAAA"],
    "DHCID": ["AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA="],
    "DLV": ["20642 8 2 " + HASH],
    "DNAME": ["example.org"],
    "DNSKEY": ["257 3 13 " + KEY],
    "DS": ["20642 8 2 " + HASH],
    "EUI48": ["00-11-22-33-44-55"],
    "EUI64": ["00-11-22-33-44-55-66-77"],
    "HINFO": ['"i686" "Linux"'],
    "HTTPS": ["1 . alpn=h2,h3 port=443 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1", "0 svc.example.org"],
    "IPSECKEY": ["255 0 0", "255 0 1 V19hwufL6LJARVIxzHDyGdvZ7dbQE0Kyl18yPIWj/sbCcsBbz7zO6Q2qgdzmWI3OvGNne2nxflhorhefKIMsUg==",
                 "255 1 0 127.0.0.1", "255 2 0 fe80::1", "255 3 1 gw.example.com V19hwufL6LJARVIxzHDyGdvZ7dbQ"],
    "KEY": ["0 3 5 V19hwufL6LJARVIxzHDyGdvZ7dbQE0Kyl18yPIWj/sbCcsBbz7zO6Q2qgdzmWI3OvGNne2nxflhorhefKIMsUg=="],
    "KX": ["10 kx.example.com"],
    "L32": ["10 192.0.2.1"],
    "L64": ["10 2001:0db8:1140:1000"],
    "LOC": ["51 59 0.000 N 5 55 0.000 E 4.00m 1.00m 10000.00m 10.00m"],
    "LP": ["10 l64-subnet.example.com"],
    "LUA": ['A "return {\'192.0.2.1\'}"'],
    "MB": ["mail.example.com"],
    "MG": ["mail.example.com"],
    "MINFO": ["a.example.com b.example.com"],
    "MR": ["mail.example.com"],
    "MX": ["mail.example.com"],
    "NAPTR": ['100 50 "s" "z3950+I2L+I2C" "" _z3950._tcp.gatech.edu'],
    "NID": ["15 0123:4567:89AB:CDEF"],
    "NS": ["ns1.example.com"],
    "NSEC": ["b.example.com A MX RRSIG NSEC TYPE1234"],
    "NSEC3": ["1 1 10 f00b NASPS1VJ7AMGK3MBF0D4H1F7GPPT0S4S A RRSIG"],
    "NSEC3PARAM": ["1 0 10 f00b"],
    "OPENPGPKEY": [KEY],
    "PTR": ["host.example.com"],
    "RKEY": ["0 3 13 " + KEY],
    "RP": ["admin.example.com text.example.com"],
    "RRSIG": ["SOA 8 3 300 20130523000000 20130509000000 54216 rec.test " + KEY],
    "SMIMEA": ["3 1 1 " + HASH],
    "SOA": ["ns1.example.com hostmaster.example.com 2024010101 10800 3600 604800 3600"],
    "SPF": ['"v=spf1 -all"'],
    "SRV": ["5 5060 sip.example.com"],
    "SSHFP": ["1 1 aa65e3415a50d9b3519c2b17aceb815fc2538d88"],
    "SVCB": ["1 foo.example.org alpn=h2 mandatory=alpn", "0 foo.example.org"],
    "TLSA": ["3 1 1 " + HASH],
    "TXT": ['"a" "b c"'],
    "URI": ['10 1 "ftp://ftp.example.com/public"'],
    "ZONEMD": ["2018031900 1 1 " + HASH + HASH[:32]],
    "TYPE65534": ["\\# 4 0a000001"],
}

# What a person, a script or another name server may have written.
ODD = {
    "A": ["0.0.0.0", "010.0.0.1", "10.0.0.1.", "10.0.0.256", "1", "", " ", "10.0.0.1\t", "10.0.0.1\n", "::1", "\\# 4 0a000001",
          "10.0.0.1,10.0.0.2"],
    "AAAA": ["::", "::ffff:1.2.3.4", "fe80::1%eth0", "[::1]", "10.0.0.1", "::1/128", "::1 x", "1:2:3:4:5:6:7", "::1,::2"],
    "AFSDB": ["1 .", "65535 a.b.", "1 a..b"],
    "ALIAS": [".", "www.example.org.", "a..b", "a b", ""],
    "APL": ["", " ", "1:0.0.0.0/0", "!1:192.0.2.1/32", "1:192.0.2.1/33", "2:::/0", "2:::1/129", "3:192.0.2.1/24", "1:192.0.2.1",
            "1:2001:db8::/32", "2:192.0.2.0/24", "1:192.0.2.0/x", "1:192.0.2.0/", "!", "1:", "1:192.0.2.0/24\t1:10.0.0.0/8",
            "1:192.0.2.0/24  1:10.0.0.0/8", "1:192.0.2/24", "1:192.0.2.0/-1", "2:[2001:db8::]/32", "1:192.0.2.0/24x", "1:192.0.2.0/ 24",
            "1:192.0.2.0:53/24", "1:192.0.2.0/256", "1:192.0.2.0/024", "2:::/+1", "01:192.0.2.0/24"],
    "CAA": ['0 issue ""', '0 issue ";"', "0 issue ca", "0 issue ca.example", '0 issue "x" "y"', "0 issue", '0 ISSUE9 "x"',
            '0 is-sue "x"', '0 issue "x" y', '0 issue "x"y', '0\tissue "x"', '0 issue\t"x"', '0 issue  "x"', '128 tbs "Unknown"'],
    "CERT": ["0 0 8 AAAA", "PGP 0 8 AAAA", "65535 0 0 AAAA", "1 0 8", "1 0 RSASHA256 AAAA"],
    "CNAME": [".", "@", "a b", "", "a..b", "a\\.b.example", LABEL + "a.example", "www.exämple.com", "*.a.b"],
    "CSYNC": ["66 3", "66 3 a", "66 3 NOTYPE", "66 3 TYPE65535", "66 3 TYPE65536", "66 3 TYPE1", "66 3 TYPE", "66 3 A,NS", "66 3 A A"],
    "DHCID": ["AAAA", "AAA", "AA==", "A", "A A A A", "A-A", "=", "AAAA=", "AA=A", "AAAA!", "", "AAAA AA", "A=AA", "====", "AAAA===="],
    "DNSKEY": ["257 3 13 AwEA Aaz/ tAm8", "257 3 13 AwEAAaz", "257 3 13 A", "256 3 RSASHA256 AAAA", "257 3 13", "257 3 13 \"AAAA\"",
               "257 3 13 AAA=", "257 3 13 AAAA=", "257 3 13 AAAA x", "257 3 13 ( AAAA )", "257 3 13 AAAA ; key", "257 3 13 AAAA\tAAAA",
               "257 3 13 AAAA\nAAAA", "257 3 13 =", "257 3 13 AA", "257 3 13 AAAAA"],
    "DS": ["20642 8 2 e3b0", "20642 8 2 e3b", "20642 8 2 e3 b0", "20642 8 2 E3B0", "20642 8 2 xyz", "20642 8 2", "20642 8 2 -", "20642 8 2 :",
           "20642 RSASHA256 2 e3b0", "20642 8 2 e3b0 x", "20642 8 2 e3b0 f", "20642 8 2 e3b0\tf0", "20642 8 2 e3:b0", "20642 8 2 0xe3b0",
           "20642 8 2 ( e3b0 )", "0 0 0 00"],
    "EUI48": ["0-1-2-3-4-5", "001122334455", "00:11:22:33:44:55", "00-11-22-33-44", "00-11-22-33-44-55-66", "00-11-22-33-44-55x",
              "00-11-22-33-44-5g", "00-11-22-33-44-gg", "", " 00-11-22-33-44-55", "00- 11-22-33-44-55", "AA-BB-CC-DD-EE-FF",
              "+0-11-22-33-44-55", "-1-11-22-33-44-55", "0x1-2-3-4-5-6", "00 -11-22-33-44-55", "000-11-22-33-44-55", "00-11-22-33-44-55 ",
              "00-11-22-33-44-0x", "0x-11-22-33-44-55"],
    "EUI64": ["0-1-2-3-4-5-6-7", "0011223344556677", "00-11-22-33-44-55-66", "00-11-22-33-44-55-66-77-88", "00-11-22-33-44-55-66-7g",
              "00-11-22-33-44-55-66-gg", ""],
    "HINFO": ["a b", "a", '"a"', '"a" b', 'a "b"', '"a""b"', '"a"  "b"', '"" ""', '"a" "b" "c"', '"a" "b" c', '"a" "b', '"a"b',
              '"' + "x" * 255 + '" "y"', '"' + "x" * 256 + '" "y"', '"a b" "c"', '"a" i686-Linux', "PC-Intel Linux", '"a\\"b" "c"'],
    "HTTPS": ["1 . alpn=h2 dohpath=/dns-query{?dns}", "1 . dohpath=/q", "1 . ohttp", "1 . alpn=h2 ohttp", "1 . key8=\"\"", "1 . key8",
              "1 . ohttp=1", "1 . key7=/q", "1 . tls-supported-groups=29,23", "1 . key9=x", "1 . dohpath"],
    "IPSECKEY": ["255 4 0 x", "255 0 3 AAAA", "255 0 2 AAAA", "10 1 2 192.0.2.38 AAAA", "10 0 2 . AAAA", "10 3 2 gw.example.com AAAA",
                 "10 2 2 2001:db8::1 AAAA", "10 1 2 192.0.2.38", "10 1 0 192.0.2.38 AAAA", "10 0 0 .", "10 3 0 a..b"],
    "KX": ["10 .", "65536 a.b", "10 a b"],
    "L64": ["10 2001:db8:0:0", "10 2001:db8::", "10 ::1", "10 1:2:3:4:5", "10 1:2:3", "10 2001:DB8:1140:1000", "10 g:1:2:3", "10 ::",
            "10 2001:db8:0:0x", "10 2001:db8:1:1.2.3.4", "10 12345:1:2:3", "10 1::", "10 1:2:3:4 5"],
    "LOC": ["51 59 0.000 N 5 55 0.000 E", "51 59 0.000 N 5 55 0.000 E 4.00m", "51 N 5 E", "51 N 5 E 4m", "51 59 N 5 55 E 4", "5 55 0.000 E 51 59 0.000 N",
            "51 59 0.000 N 51 59 0.000 N", "91 0 0 N 5 0 0 E 0m", "51 60 0 N 5 0 0 E 0m", "51 59 60.5 N 5 0 0 E 0m", "51 59 60 N 5 0 0 E 0m",
            "51 0 0 N 181 0 0 E 0m", "51 59 0.000 X 5 55 0.000 E 0m", "", "N E", "0 N 0 E", "51 59 0.000 n 5 55 0.000 e -4m",
            "51 59 0.000 N 5 55 0.000 E +4m", "51 59 0.000 N 5 55 0.000 E m", "51 59 0.000 N 5 55 0.000 E 4.00m x", "51 59 0.000 N 5 55 0.000 E 4km",
            "51 59 0.000 N 5 55 0.000 E 4.00m 1m 2m 3m 4m", "51 59 0.N 5 55 0 E 0m", "51 59 0. N 5 55 0 E 0m", "51.5 N 5 E 0m", "51 59.5 N 5 E 0m",
            "51 59 0.0001 N 5 55 0 E 0m", "51 59 0.000 North 5 55 0.000 East 0m", "51 59 0.000N 5 55 0.000E 0m", "51 59 0x N 5 55 0 E 0m",
            "51 59 0 N 5 55 0 E 0m1m", "51 59 0 N 5 55 0 E 4.m", "51 59 0 N 5 55 0 E .5m", "51 59 0 N 5 55 0 E 4m 1.m 1m 1m", "51 N5 E 4m",
            "51 59 0 N 5 55 0 E --4m", "51 59 0 N 5 55 0 E 4m -1m", "51 59 0 S 5 55 0 W 4m .5m", "51 59 0 N 5 55 0 E 4m\t1m", " 51 N 5 E 4m ",
            "1 2 3 4 N 5 E 0m", "-51 N 5 E 0m", "51 N 5 E -", "51 N 5 E +", "51 N 5 E 0M", "51 N 5 E -+4m", "51 N 5 E +-4m"],
    "LUA": ['TXT "return 1"', 'A', 'A return', 'NOTYPE "x"', '"A" "x"', 'A "x" "y"', 'TYPE1 "x"', 'A "x', 'a "x"'],
    "MX": [".", "@", "mail example.com", "", "mail.example.com.", "a..b", "10 mail.example.com", "192.0.2.1", "mail@example.com", "mail.exämple.com"],
    "NAPTR": ["100 50 s z3950 x .", '100 50 "s" "z" "" .', '100 50 "" "" "" a b', '100 50 "s" "z" "!^.*$!sip:a@b!" .', '100 50 s "z" "" .',
              '100 50 "s" "z" .', '100 50 "s" "z" ""', '100 50 "s""z""" .', '100 50 "s" "z" "" "."', '100 50 "s" "z" x'],
    "NID": ["15 0123:4567:89ab:cdef", "15 ::1", "15 1", "15 0123456789ABCDEF", "15 1:2:3:4.5.6.7"],
    "NS": [".", "ns1 example.com", "", "a..b", "192.0.2.1"],
    "NSEC": ["b.example.com", "b.example.com NOTYPE", "b.example.com a", "a..b A", "\\000.example.com A", "b.example.com TYPE1x", "b.example.com TYPEx",
             "b.example.com #1", "b.example.com 1", "b.example.com TYPE65536", "b.example.com TYPE0", "b.example.com TYPE-1", "b.example.com DOA",
             "b.example.com HHIT", "b.example.com RESINFO", "b.example.com ANY", "b.example.com WALLET"],
    "NSEC3": ["1 1 10 - NASPS1VJ7AMGK3MBF0D4H1F7GPPT0S4S", "1 1 10 f00b NASPS1VJ7AMGK3MBF0D4H1F7GPPT0S4S", "1 1 10 f00 NASPS1VJ A",
              "1 1 10 xx NASPS1VJ A", "1 1 10 f00b ! A", "1 1 10 f00b nasps1vj7amgk3mbf0d4h1f7gppt0s4s A", "1 1 10 f00b NASP=", "1 1 10 f00b zzz A",
              "1 1 10 f00b NASPS1VJ NOTYPE"],
    "NSEC3PARAM": ["1 0 0 -", "1 0 10 f00", "1 0 10 x", "1 0 10", "1 0 10 f0 0b", "1 0 10 --", "1 0 10 f-0", "1 0 10 f00b x"],
    "OPENPGPKEY": ["AAAA AAAA", "AAAA\nAAAA", "AAAA\tAAAA", "AAA", "!", "AAAA!", "", "A A A A", "-----BEGIN", "AAAA,"],
    "PTR": [".", "a b", "", "192.0.2.1", "host.example.com."],
    "RP": [". .", "admin.example.com .", "a@b.c .", "a"],
    "RRSIG": ["SOA 8 3 300 1369267200 1368057600 54216 rec.test AAAA", "SOA 8 3 300 4294967296 1368057600 54216 rec.test AAAA",
              "NOTYPE 8 3 300 20130523000000 20130509000000 54216 rec.test AAAA", "TYPE1234 8 3 300 20130523000000 20130509000000 54216 rec.test AAAA",
              "SOA RSASHA256 3 300 20130523000000 20130509000000 54216 rec.test AAAA", "SOA 8 3 300 2013052300000 20130509000000 54216 rec.test AAAA",
              "SOA 8 3 300 20139923000000 20130509000000 54216 rec.test AAAA", "SOA 8 3 300 99999999999 20130509000000 54216 rec.test AAAA",
              "SOA 8 3 300 20130523000000 20130509000000 54216 rec.test", "SOA 8 3 300 99999999999999999999999 20130509000000 1 r.test AAAA",
              "SOA 8 3 300 2013-05-23 20130509000000 54216 rec.test AAAA", "SOA 8 3 300 201305230000001 20130509000000 54216 rec.test AAAA"],
    "SMIMEA": ["3 1 1 e3b", "3 1 1 e3 b0", "3 1 1 zz", "3 1 1", "PKIX-TA 1 1 e3b0"],
    "SOA": ["a b 1 2 3 4 5 6", "a b 1H 2 3 4 5", "a b 1 1H 3 4 5", "a b 1 2 3 4", "a b", "a", "", ". . 0 0 0 0 0", "a b 4294967296 2 3 4 5",
            "a b -1 2 3 4 5", "a b 1 2 3 4 1D", "a..b c 1 2 3 4 5", "a c@d 1 2 3 4 5", "a b ( 1 2 3 4 5 )", "a b 1 2 3 4 5 ; x"],
    "SPF": ["v=spf1 -all", '"v=spf1" "-all"', "abc", "", '"v=spf1 -all', '"a"b'],
    "SRV": ["5 5060 .", "5 5060", "5 5060 sip.example.com x", "65536 5060 a.b", "", "1 5 5060 sip.example.com"],
    "SSHFP": ["1 1 aa65", "1 1 aa6", "1 1 aa 65", "1 1 zz", "1 1", "1 1 aa:65", "256 1 aa"],
    "SVCB": ["1", "1 .", "0 .", "0 . alpn=h2", "1 . alpn=", "1 . alpn", "1 . alpn=h2 alpn=h3", "1 . port=443", "1 . port=x", "1 . port=65536",
             "1 . port=\"443\"", "1 . ipv4hint=192.0.2.1,192.0.2.2", "1 . ipv4hint=auto", "1 . ipv4hint=2001:db8::1", "1 . ipv4hint=x",
             "1 . ipv6hint=2001:db8::1", "1 . ipv6hint=192.0.2.1", "1 . ipv6hint=auto", "1 . no-default-alpn", "1 . no-default-alpn=x",
             "1 . alpn=h2 no-default-alpn", "1 . ech=AAAA", "1 . ech=\"AAAA\"", "1 . ech=!", "1 . ech=AAA", "1 . mandatory=alpn alpn=h2",
             "1 . mandatory=foo", "1 . mandatory=key666", "1 . mandatory=", "1 . key666=x", "1 . key666=\"a b\"", "1 . key666", "1 . key666=",
             "1 . key65536=x", "1 . keyx=y", "1 . foo=bar", "1 . key1=\\002h2", "1 . key1=h2", "1 . key1=\\005h2", "1 . key3=\\001\\187",
             "1 . key3=443", "1 . key4=\\192\\000\\002\\001", "1 . key4=abc", "1 . key4=abcd", "1 . key6=abcd", "1 . key0=\\000\\001",
             "1 . key0=a", "1 . key5=AAAA", "1 . key2", "1 . key2=x", "1  .  alpn=h2", "1\t.\talpn=h2", "1 . alpn=h2\tport=443", "1 . alpn=h2  port=443",
             "1 . ALPN=h2", "1 . alpn=h2,,h3", "1 . alpn=\"h2,h3\"", "1 . alpn=\"h2", "1 . alpn=h2\\,h3", "1 . alpn=h2\\\\,h3", "1 . alpn=\\104\\050",
             "1 . alpn=h2;port=443", "1 . alpn = h2", "1 . alpn=h2 x", "1 . =", "1 . alpn=h2=h3", "1 . ipv4hint=192.0.2.1:53", "1 . ipv4hint=192.0.2.1,",
             "1 . ipv4hint=\"192.0.2.1\"", "1 . ipv6hint=[2001:db8::1]", "1 . ipv6hint=fe80::1%lo", "65536 . alpn=h2", "1 a..b alpn=h2", "x . alpn=h2",
             "1 . ipv4hint=192.0.2.1 ipv4hint=192.0.2.2", "1 . mandatory=alpn,port alpn=h2 port=1", "1 . key07=x", "1 . key=x", "1 . port=",
             "1 . port=0", "1 . port=0443", "1 . port=+443", "1 . port=443x", "1 . ech=", "1 . ech=\"AAAA", "1 . key10=x", "1 . key65535=x",
             "1 . key666=ä", "1 . alpn=ä", "1 . key666=a(b)", "1 . key666=a;b", "1 . key666=a\\010b", "1 . key666=\"a\\\"b\"", "1 . key666=\"a\"b",
             "1 . key666=\\300", "1 . key666=\\", "1 . ipv4hint=192.0.2.1\\,192.0.2.2", "1 . alpn=\"h2\",\"h3\"", "1 . key4=", "1 . ipv4hint=",
             "0 . x", "1 . port=443\\", "1 . mandatory=mandatory", "1 . mandatory=alpn,alpn alpn=h2", "1 . key3=\\001", "1 . mandatory=ALPN",
             "1 . ech=AAAA==", "1 . alpn=" + "x" * 255, "1 . alpn=" + "x" * 256, "1 . no-default-alpn ", "1 . ipv4hint=192.0.2.1 192.0.2.2"],
    "TLSA": ["3 1 1 e3b", "3 1 1 e3 b0", "3 1 1 -", "3 1 1 :", "3 1 1 e3:b0", "3 1 1", "3 1 1 zz", "3 1 1 0xe3", '3 1 1 "e3b0"', "DANE-EE 1 1 e3b0"],
    "TXT": ["a b", "v=spf1 -all", "", '"', '"a', 'a"', '"a" b', '"a" b c', '"a"x', "ü", '"ü"', '"' + "x" * 300 + '"', "\\# 2 0161", '"a\\300"',
            '"a\\1"', '"a" -all', "\\", "a\\1", '"a\\"', '"a" "b', "(a)", '"a" ("b")', '"a";"b"', '"\\000"', '"a\nb"', '"a"\n"b"', "a\tb"],
    "URI": ['10 1 "https://example.com/"', "10 1 https://example.com/", '10 1 "a" "b"', "10 1 abc", '10 1 ""', "10 1", '10 1 "' + "x" * 300 + '"',
            '10 1 "a" b', '10 1 "a"b', '65536 1 "a"', '10 1 "a b"'],
    "ZONEMD": ["1 1 1 e3b0", "1 1 1 e3b", "1 1 1", "1 1 1 e3 b0"],
    "TYPE65534": ["\\# 0", "\\# 0 ", "\\# 4 0a 000001", "\\# 4 0a00000", "\\# 4 0A00000G", "\\# 4", "\\# 5 0a000001", "# 4 0a000001", "0a000001", "",
                  "\\# 4 0a000001 x", "\\# 04 0a000001", "\\# +4 0a000001", "\\# 4x 0a000001", "\\#4 0a000001", "\\#\t4\t0a000001", "\\# 1 -1", "\\# 1 0x",
                  "\\# 1 g0", "\\# 1 0g", "\\# 2 0 0a", "\\# 4294967296 00", "x 4 0a000001", "\\# 4 0a000001 ", " \\# 4 0a000001", "\\# -1 00",
                  "\\# 0 00", "\\# 00", "\\# 1 +1", "\\# 1 \\n"],
    "TYPE1": ["\\# 4 0a000001", "10.0.0.1"],
    "TYPE15": ["\\# 4 000a0000", "10 mail.example.com"],
    "TYPE16": ["\\# 2 0161", '"a"', "a b"],
    "TYPE6": ["\\# 0", "a b 1 2 3 4 5"],
    "TYPE65": ["\\# 3 000100", "1 . alpn=h2"],
    "TYPE257": ["\\# 4 00016100", '0 issue "x"'],
    "TYPE33": ["1 2 3 a.b"],
    "TYPE0": ["\\# 0", "", "x"],
    "TYPE255": ["\\# 0"],
    "TYPE041": ["\\# 0"],
    "TYPE010": ["\\# 1 00"],
    "TYPE10": ["\\# 1 00"],
    "TYPE65535": ["\\# 0", "\\# 1 00"],
    "TYPE65536": ["\\# 0", "\\# 1 00"],
    "TYPE131070": ["\\# 1 00"],
    "TYPE": ["\\# 0"],
    "TYPEX": ["\\# 0"],
    "TYPE65534X": ["\\# 1 00"],
    "TYPE 65534": ["\\# 1 00"],
    "TYPE+65534": ["\\# 1 00"],
    "TYPE-1": ["\\# 1 00"],
    "TYPE261": ["\\# 1 00", '"a"'],
    "TYPE262": ["\\# 1 00", '"a"'],
    "TYPE67": ["\\# 1 00", "AAAA"],
    "TYPE68": ["\\# 1 00", "AAAA"],
    "#65534": ["\\# 1 00"],
    "#1": ["10.0.0.1"],
    "#": ["10.0.0.1"],
    "A6": ["0 2001:db8::1", "\\# 1 00"],
    "ADDR": ["10.0.0.1", "\\# 1 00"],
    "ANY": ["10.0.0.1", "\\# 1 00"],
    "AXFR": ["10.0.0.1", "\\# 1 00"],
    "IXFR": ["\\# 1 00"],
    "MAILA": ["\\# 1 00", "a.b"],
    "MAILB": ["\\# 1 00", "a.b"],
    "OPT": ["AAAA", "\\# 1 00", ""],
    "SIG": ["\\# 1 00", "A 8 3 300 20130523000000 20130509000000 54216 rec.test AAAA"],
    "TKEY": ["\\# 1 00", "gss. 0 0 3 0 4 AAAA 0"],
    "TSIG": ["\\# 1 00", "hmac-md5.sig-alg.reg.int. 1368386956 60 16 T1hhc2Rhc2Rhc2Rhc2Q= 12345 0 0"],
    "WKS": ["\\# 1 00", "10.0.0.1 6 25"],
    "NULL": ["\\# 1 00", "x"],
    "RESINFO": ['"qnamemin"', "qnamemin", "qnamemin exterr=15", "\\# 1 00"],
    "WALLET": ['"ETH" "0x"', "ETH 0x", "\\# 1 00"],
    "HHIT": ["AAAA", "A", "\\# 1 00"],
    "BRID": ["AAAA", "AAAA AAAA", "\\# 1 00"],
    "DOA": ["\\# 1 00", "0 0 2 \"\" AAAA"],
    "AMTRELAY": ["\\# 1 00", "10 0 1 192.0.2.1"],
    "GPOS": ["\\# 1 00", '"1" "2" "3"'],
    "X25": ["\\# 1 00", '"311061700956"'],
    "ISDN": ["\\# 1 00", '"150862028003217"'],
    "RT": ["\\# 1 00", "10 a.b"],
    "NSAP": ["\\# 1 00", "0x47"],
    "PX": ["\\# 1 00", "10 a.b c.d"],
    "HIP": ["\\# 1 00"],
    "NINFO": ["\\# 1 00", '"x"'],
    "TALINK": ["\\# 1 00", "a.b c.d"],
    "TA": ["\\# 1 00"],
    "AVC": ["\\# 1 00", '"x"'],
    "UNSPEC": ["\\# 1 00"],
    "NOPE": ["\\# 1 00", "x", "10.0.0.1"],
    "A ": ["10.0.0.1"],
    " A": ["10.0.0.1"],
    "a": ["10.0.0.1"],
    "Mx": ["mail.example.com"],
    "mx": ["mail.example.com"],
}


def mutations(content):
    """`content` with each of its fields replaced, left out or followed by another one, and other blanks between them."""
    fields = content.split(" ")
    for at, field in enumerate(fields):
        others = ["-1", "65536", "256", "4294967296", "+1", "01", "1.5", "0x1", "1x", "x", "a..b", '"x', '"' + field + '"', field + ",", "\\", field + "\\"]
        for other in others:
            yield " ".join(fields[:at] + [other] + fields[at + 1:])
        yield " ".join(fields[:at] + fields[at + 1:])
        yield " ".join(fields[:at + 1] + [field] + fields[at + 1:])
    yield "  ".join(fields)
    yield "\t".join(fields)
    yield "\n".join(fields)
    yield " " + content
    yield content + " "
    yield content + "\r\n"
    yield content + " x"
    yield content + " 1"
    yield content + ' "x"'
    yield content + "."
    yield "( " + content + " )"
    yield content + " ; comment"
    yield content.upper()
    yield content.lower()
    yield ""


def every_content():
    """Pairs of a type and a content, each once, always in the same order."""
    seen = {}
    for kind, contents in GOOD.items():
        for content in contents:
            for variant in itertools.chain([content], mutations(content)):
                seen.setdefault((kind, variant))
            seen.setdefault((kind, "\\# 1 00"))
    for kind, contents in ODD.items():
        for content in contents:
            seen.setdefault((kind, content))
    return list(seen)
