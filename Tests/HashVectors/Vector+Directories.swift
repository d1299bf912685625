internal import PasswordHash

extension Vector {
    /// Hashes as directories keep them.
    package static let directories: [Vector] = [
        Vector(
            .slappasswd,
            .secret,
            .saltedSHA256,
            "{SSHA256}it6B08NU6+mzKe22pzT6VGe13Wxqm1LGTTzzSgokuDFifkI4a9zHCg=="
        ),
        Vector(
            .slappasswd,
            .secret,
            .saltedSHA384,
            "{SSHA384}22pKzzTQDrtZvQA4+6H78kkwSKPSz8xEyu4k+oFMA01SxC6ckTEKGUHvPd6Ues2bVxvJ3pDolPI="
        ),
        Vector(
            .slappasswd,
            .utf8,
            .saltedSHA384,
            "{SSHA384}F+IkQjrNtQa5VXIgK28iW8hvFr6onNjDytT5f3vl7ldkHNZ0TJ1dUEh6j6/zaa2i6U4tlpDumMg="
        ),
        Vector(
            .slappasswd,
            .secret,
            .saltedSHA512,
            "{SSHA512}XPyAKPRFVIhEdr+6dwtD1MqhPv9OPhBk/4s/QnkQpd6cyc7WSr23uN5AfaNCKWcBtQdcIEC78p8ezppYdOiZ9k"
                + "WDZ1VqNmfi"
        ),
        Vector(
            .slappasswd,
            .secret,
            .sha256,
            "{SHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="
        ),
        Vector(
            .slappasswd,
            .secret,
            .sha384,
            "{SHA384}WKd1ukESvjAFrkQHznV9iP2nHUBJe7gCbsrFTU4//HIyzo3jq1rLMK45dg/ufFPt"
        ),
        Vector(
            .slappasswd,
            .secret,
            .sha512,
            "{SHA512}vSsar3708Jvp9Szi2NWZZ02Bqp1qRCFpbcTZPdBhnWgs5WtNZKnvCXdhztmeD2cmW192CF5bDufKRpayrW/isg="
                + "="
        ),
        Vector(
            .slappasswd,
            .secret,
            .md5,
            "{MD5}Xr4ilOzQ4PCOq3aQ0qbuaQ=="
        ),
        Vector(
            .slappasswd,
            .secret,
            .saltedMD5,
            "{SMD5}LaigZjx1Ke6DrTCPryQQ7HZAkeM="
        ),
        Vector(
            .slappasswd,
            .secret,
            .sha1,
            "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="
        ),
        Vector(
            .slappasswd,
            .secret,
            .saltedSHA1,
            "{SSHA}BJ3yqtL8oRYuSqhTOsYgwLHhAeX5XRtx"
        ),
        Vector(
            .slappasswd,
            .secret,
            .pbkdf2,
            "{PBKDF2}10000$gmuaHULbU38VGJXj.jRCSQ$JQRNg//kojdwRMCigjSjE/Y9AR0"
        ),
        Vector(
            .slappasswd,
            .secret,
            .pbkdf2,
            "{PBKDF2-SHA1}10000$boBODyPWkheSniDylXtWnA$QcRy86GdfoRA0B3t1BFsVpWgLkc"
        ),
        Vector(
            .slappasswd,
            .secret,
            .pbkdf2SHA256,
            "{PBKDF2-SHA256}10000$Y9GAxPNhQ.h9M0zRJw9BLQ$s1.nUVYUK3c3l.rVB8kWXuy9hMTTIReU6eDG.q11pdw"
        ),
        Vector(
            .slappasswd,
            .secret,
            .pbkdf2SHA512,
            "{PBKDF2-SHA512}10000$7jnwzCtTcKHpMy.8q.RxMQ$.Y.QPqI4dTi49zBQ/T6.HHW98NhaER2Yo8dzEiHEwawPFqHGo6X"
                + "CasWt.6pkp6vPzQpO8BOZyhQ7Tvmyz33FSg"
        ),
        Vector(
            .slappasswd,
            .utf8,
            .pbkdf2SHA512,
            "{PBKDF2-SHA512}10000$gfarRKp3ejZW.6nyPtxgWw$fY.1i3b95uDux2f1sCAU2hAnv6Rq3a0Sq8Qr7SiVe71P0X553CK"
                + "4YxhhjX9kdFcfyqaWzZhW9EM1I8ORadXzzw"
        ),
        Vector(
            .slappasswd,
            .secret,
            .argon2i,
            "{ARGON2}$argon2i$v=19$m=4096,t=3,p=1$nZdZ+0lEbrH3FBIYKgWdaQ$In2kGCA4sgYX/bZzaRjtCmW3tMbt71amvNs"
                + "x90ppOoM"
        ),
        Vector(
            .pwdhash,
            .secret,
            .pbkdf2Of389DS,
            "{PBKDF2_SHA256}AAAgAA3t2Tt4wjYMaNIJhFS/lS1R5KaNf2p3YqgHIbrkeuRXchVzmzE5Tlg3/oQQ/pTyqCcSmEtJi786"
                + "qXyRFhTBoh49m8ccy2r6ABNawBPTdYxifWvOkzQpYU74DhBmrpprgh7nhCaMiEpw7B6hAW1dlRJpjKe1Vns2kSqD1++DMaR"
                + "XskGgaYkfy0wGSSZRUTFvg1UQ1a4vJacpJyYD9n/raraBoO2naBP2h0dZn0dquOR5uR77SRYlfS8ccmJ56IZYpbMt79xOxy"
                + "a4GtpTDKFUBC177jKfIRxC9FU8XsfQQm54JsK6ZzVn0925tYbvOK7eda0j12jSq/ZuP4IYGJ2BD8IiUUglKsTj7GlSrTcGU"
                + "VFsOdL3JykXvFDMF49tnp7Jh4baz9qN2oGRRKJ4PSFwlDKBe2ohZAiTKpZdmOFg2G+c"
        ),
        Vector(
            .pwdhash,
            .utf8,
            .pbkdf2Of389DS,
            "{PBKDF2_SHA256}AAAgAJZjzCnH4PKFyaUvfF+yX9TWHsQ82v6cQ+GNpD2i9Tbm83yW8KuzuARbsBPJ1JnYerU+lWGgdR2l"
                + "2Qp1bAYdq7uVpn6h2dGh4ztuFsgJAXdtLryyjL0WkgN4Zzas1A7jE0q1fviPo933q4CJBedPetfSA5JR6sM/W6Ped2Koz+s"
                + "4j2Y1U3eZldo/6BUAXqOdeKdtNhAeJKkFztuTL8Y4vVoeuxWDjxnVZeugyKDcvb1foTwGSht0MK0NdVHaPEovRzHjQKHSbE"
                + "WD984CuFNU5WdbqQXovzhQagMTqAMmWOWXfwEl3ck71ruOSR8CgQDpoBRGue/Ut0mfuAHYP9ouIEHnX3IzibV6QBEkykZXm"
                + "RKSMYVoOJs/SZs8hjaV23PGFJm0Frw376VlN6Efhu2DIIjy0e7oub2Ox6ingEsqpcDR"
        ),
        Vector(
            .pwdhash,
            .secret,
            .pbkdf2SHA512,
            "{PBKDF2-SHA512}10000$38s61LzcPQlZTUavxj6VJxKlGqaQOOFy$khd+9UBf115SG4YbKwpL0Z9e/DpJiMXStc/5p9c2T"
                + "Rbpfvya0br5nQ0kKktLn+pG2DI01nJCVd/8YNMW5hnrUw=="
        ),
        Vector(
            .pwdhash,
            .secret,
            .pbkdf2SHA256,
            "{PBKDF2-SHA256}10000$tDVr0oGKTamBEkQ3XEE8VBwAVV1ErKRh$d+sST12shY8VtVfx2v0Pr7eqRqvWjcV7r7gbJjxHy"
                + "wk="
        ),
        Vector(
            .pwdhash,
            .secret,
            .pbkdf2,
            "{PBKDF2-SHA1}10000$R0C7hNysMcu2bbMBB6C/xsD/Sy8p8sxU$UaESY7ANlcKMpISzE0y4WL47mMA="
        ),
        Vector(
            .pwdhash,
            .secret,
            .saltedSHA384,
            "{SSHA384}nmLv5QR0rwkCis0Qdp2Zj01jwMDDWTvBTS3+86W49BMVunE0QOi656qiDw0ZL48pZB3RAgNligE="
        ),
        Vector(
            .pwdhash,
            .secret,
            .saltedSHA512,
            "{SSHA512}rjToPyTdiFR+IwEalWpqffSdgn8Pj2METnfJGWDUXw9nv5Qix9ftgRt5lkYs4CaRoNlJPiOSuxQpqr8SUK3DvD"
                + "syLEBJVyuE"
        ),
    ]
}
