internal import PasswordHash

extension Vector {
    /// Digests with and without a salt.
    package static let digests: [Vector] = [
        Vector(.doveadm, .secret, .saltedSHA1, "{SSHA}F00dYbMJLPf9BvmCixbnNrz22N/JQVO3"),
        Vector(.doveadm, .secret, .saltedSHA256, "{SSHA256}QcardrPNqh3tNOUSu1kk0pGcxu7F1PiSYNSclTZr/QbVovAO"),
        Vector(
            .doveadm,
            .secret,
            .saltedSHA512,
            "{SSHA512}OsbXut3cPrHsNk5joolvSxz2Un9lxdM6bu8zjnfGYA8KwDecL8tQRxx0gwjH4M1w0c48XtPt7z1L8H+OZjvQLbY3bas="
        ),
        Vector(.doveadm, .secret, .saltedMD5, "{SMD5}32FX8FXmw5bni2fPthaxauJxhK4="),
        Vector(.doveadm, .secret, .sha1, "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="),
        Vector(.doveadm, .secret, .sha1, "{SHA1}5en6G6MezRroT3XKqkdPOmY/BfQ="),
        Vector(.doveadm, .secret, .sha256, "{SHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="),
        Vector(
            .doveadm,
            .secret,
            .sha512,
            "{SHA512}vSsar3708Jvp9Szi2NWZZ02Bqp1qRCFpbcTZPdBhnWgs5WtNZKnvCXdhztmeD2cmW192CF5bDufKRpayrW/isg=="
        ),
        Vector(.doveadm, .secret, .md5, "{PLAIN-MD5}5ebe2294ecd0e0f08eab7690d2a6ee69"),
        Vector(.doveadm, .secret, .md5, "{LDAP-MD5}Xr4ilOzQ4PCOq3aQ0qbuaQ=="),
        Vector(
            .doveadm,
            .secret,
            .saltedSHA512,
            "{SSHA512.HEX}b2788a7884303c4e57958ec43c12963018e5d33504f04349a7f3b0c5f2e21a6d088e0482ff58e75783a529fbc795b2a3394884f15a2bff643c6c8a3a9509e49391d7f427"
        ),
        Vector(.doveadm, .secret, .saltedSHA1, "{SSHA.B64}TUzhtNAtC6bugcx8IHIPfAF5XyQYxWGL"),
        Vector(
            .doveadm,
            .secret,
            .sha256,
            "{SHA256.HEX}2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
        ),
        Vector(.doveadm, .secret, .sha1, "{SHA1.BASE64}5en6G6MezRroT3XKqkdPOmY/BfQ="),
        Vector(.doveadm, .secret, .md5, "{PLAIN-MD5.B64}Xr4ilOzQ4PCOq3aQ0qbuaQ=="),
        Vector(.doveadm, .utf8, .saltedSHA256, "{SSHA256}0lpJcg+mFGVg8mVImbW6vOp1TJXXE62tSjAC3S+hvQjDODcI"),
        Vector(.doveadm, .bytes, .saltedMD5, "{SMD5}t74Iozzg3tCgPK11wRP/SybmfIg="),
        Vector(
            .doveadm,
            .long,
            .sha512,
            "{SHA512}cP+Z/SQZBZksw//y9uP1YshxnWib/g5Ty8deUyhtgth2eu0JWbjGOq31W1cwur7nXqCC6IQUcA11B7mIxExHvA=="
        ),
        Vector(.passlib, .secret, .saltedSHA1, "{SSHA}Qx7Pmq6swwvUl2SFALxMIBx9KqcjhLD2"),
        Vector(.passlib, .secret, .saltedMD5, "{SMD5}RxzGraHB6keJ+w3AQx4U4i2lNCY="),
        Vector(.passlib, .secret, .saltedSHA256, "{SSHA256}BP+M8CCbZAe9KB0MRoyqdo3CY6wPjAwkLk9aTvcmoOKHUIrRmrO2tg=="),
        Vector(
            .passlib,
            .secret,
            .saltedSHA512,
            "{SSHA512}mntzV17FMEUySkTQcv6hg9LFgZDDp/J+y0NozUGnLpvaC1gkZh6+trC2FRB8Zlh8vNI1iCk7MChv4CCdxyDhbv5fKwVAqJWS"
        ),
        Vector(
            .passlib,
            .secret,
            .saltedSHA512,
            "{SSHA512}aQHDW0hLc+2oq3QUhsXmxhsqNc7dV2ww7A8+EQMvP0g5zdrPMHjc36za1vgrL3yDxcu8DzVI8+MfVLiE3Kbml3DO2TsHIMR4rzWmtNb6f+8="
        ),
        Vector(.passlib, .secret, .md5, "{MD5}Xr4ilOzQ4PCOq3aQ0qbuaQ=="),
        Vector(.passlib, .secret, .sha1, "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="),
        Vector(.passlib, .secret, .md5, "5ebe2294ecd0e0f08eab7690d2a6ee69", configured: .md5),
        Vector(.passlib, .secret, .md5, "5EBE2294ECD0E0F08EAB7690D2A6EE69", configured: .md5),
        Vector(.passlib, .secret, .sha1, "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4", configured: .sha1),
        Vector(
            .passlib,
            .secret,
            .sha256,
            "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
            configured: .sha256
        ),
        Vector(
            .passlib,
            .secret,
            .sha512,
            "bd2b1aaf7ef4f09be9f52ce2d8d599674d81aa9d6a4421696dc4d93dd0619d682ce56b4d64a9ef097761ced99e0f67265b5f76085e5b0ee7ca4696b2ad6fe2b2",
            configured: .sha512
        ),
        Vector(.hashlib, .secret, .md5, "{md5raw}5ebe2294ecd0e0f08eab7690d2a6ee69"),
        Vector(.hashlib, .secret, .md5, "{md5}Xr4ilOzQ4PCOq3aQ0qbuaQ=="),
        Vector(.hashlib, .secret, .sha256, "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=", configured: .sha256),
        Vector(.hashlib, .bytes, .saltedSHA1, "Er9NUywx4YdWUREa7vphP6cI+OXTjXif4bgXQA==", configured: .saltedSHA1),
        Vector(.mariadb, .secret, .md5, "5ebe2294ecd0e0f08eab7690d2a6ee69", configured: .md5),
        Vector(.mariadb, .secret, .sha1, "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4", configured: .sha1),
        Vector(
            .mariadb,
            .secret,
            .sha256,
            "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
            configured: .sha256
        ),
        Vector(
            .mariadb,
            .secret,
            .sha512,
            "bd2b1aaf7ef4f09be9f52ce2d8d599674d81aa9d6a4421696dc4d93dd0619d682ce56b4d64a9ef097761ced99e0f67265b5f76085e5b0ee7ca4696b2ad6fe2b2",
            configured: .sha512
        ),
        Vector(.pamMySQL, .secret, .saltedSHA1, "gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0", configured: .saltedSHA1),
    ]
}
