internal import Authentication

/// Hashes of passwords that nobody knows, to compute with before a real one was seen.
enum Specimen {
    /// A hash as programs make them by default; `nil` where computing one takes next to no time.
    static func hash(of scheme: HashScheme?) -> Secret? {
        guard let text = texts[scheme ?? .sha512Crypt] else { return nil }
        let bytes = Array(text.utf8)
        return Secret(copying: bytes.span)
    }

    private static let texts: [HashScheme: String] = [
        .crypt: sha512Crypt,
        .sha512Crypt: sha512Crypt,
        .sha256Crypt: "$5$1CDrpedTu0irCUic$OoPT.q57DaAQZ3zDbwLuEzNU4zadF6PXrDTi0xUvqWB",
        .md5Crypt: "$1$vocojlM7$NT7qIBVYmZC2L4X5QptsE1",
        .blowfish: "$2y$10$cih3gD5RjimVbTQ39B22/Ot3MVMq/2mp4goMpIbMnvlQjNKbAgzoy",
        .yescrypt: "$y$j9T$tsfgIkKKrsvzQlMmyXIne/$4hnJLfRTFDoWVwtwAXDSGjVeQRzzPL.67qH4It..UC.",
        .gostYescrypt: "$gy$j9T$F1UY729jXYemyI3SJ2fsS0$wHlGOvQE6Qy8lUBrpk2fxZPQUsskIQxJTSCQELWWup0",
        .scrypt: "$7$CU..../....JQbmwoUf8B8u4vU3Q2gMp/$OXiK9xaYfaHZfl6SwoXChXpM9rFyd/Lq0HU482hj6j/",
        .argon2i: "$argon2i$v=19$m=32768,t=4,p=1$bStuCGkVj9C7aAOcnY19+A$GDEOnzAx3HdtVWooZilFwhoT1eY/BHm9UEQ6QoGuJEU",
        .argon2id: "$argon2id$v=19$m=65536,t=3,p=1$zn0RufIixSEvgYvv3OjA2Q$YGxtEOUNJ9yHyCi1KuTYbyoxYVRNp55PdQpNnHXY/0s",
        .pbkdf2: "{PBKDF2}$1$VgnrP6xlOixRgG2c$5000$9b452b6fa60bfaaa10eace236e3254b488ad296c",
        .pbkdf2SHA256:
            "{PBKDF2-SHA256}29000$ZgyhFEIIYUxJCWGsdY5x7g$mXp.loJvrUjjx6ziR1Mg1apr3ASFyAQfDfJbF/6eWrM",
        .pbkdf2SHA512:
            "{PBKDF2-SHA512}25000$hPCeE.I8hzBm7P1fq3WO8Q"
            + "$XgtssqEOQd1VEhefQs2k4KGY/qVosg17uQl6jdSQM0UpyLybAyr6R..DtSvHC3SSUk2/f/9bN4Z5gTQcQ.pa/g",
        .scramSHA1:
            "{SCRAM-SHA-1}4096,tNzgxl1Umumrdylj+R3VJw==,YVltgCAJu4wTAz2uFRVkohhPXns=,varhYI2VAJxJAvBEHMyqReWHxss=",
        .scramSHA256:
            "{SCRAM-SHA-256}4096,6uukyi8eeAq61A3l8uP9iw==,kOxdDqosm3ZJ18i28tOlBPoNtiAyniqRLNY8pzcATLo=,"
            + "kK/5X9i5EK0f2jkOyf/3lmR+Af6FmEEKVKxea2H2XBM=",
        .phpass: "$P$HcschXcAhRtGHFxt/7LmQ..ae.eVeJ/",
    ]

    private static let sha512Crypt =
        "$6$ilgK4dp1y6FV0P1d$OmXyriqs4k72ARvRnKPJc4dbs5sZBgRijw8MDepwQ1A0S8AatgBW4Mrfws8PRllxt4IBkeD7Ig5HKGLyjjM2e/"
}
