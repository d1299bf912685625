import Authentication
import Testing

@testable import PasswordHash

@Suite struct HashLimitsTests {
    /// Each would take minutes to years, or more memory than the machine has.
    @Test(arguments: [
        (
            "$6$rounds=999999999$salt$x",
            "the SHA512-CRYPT hash needs 999999999 rounds, the limit is 5000000"
        ),
        (
            "{SHA256-CRYPT}$5$rounds=5000001$s$x",
            "the SHA256-CRYPT hash needs 5000001 rounds, the limit is 5000000"
        ),
        ("$sha1$4294967295$s$x", "the SHA1-CRYPT hash needs 4294967295 rounds, the limit is 5000000"),
        ("$md5,rounds=4294967295$s$$x", "the SUNMD5 hash needs 4294971391 rounds, the limit is 5000000"),
        ("_zzzzaaaaaaaaaaaaaaa", "the BSDI-CRYPT hash needs 16777215 rounds, the limit is 5000000"),
        (
            "$2y$31$YAaFdb6bbAQNX0Ec41vM6u14aZIMIR/XFk85frZE3jwyOK5vjtlZe",
            "the BLF-CRYPT hash needs cost 31, the limit is 15"
        ),
        ("$7$SU..../....s$x", "the SCRYPT hash needs 4194304 MiB of memory, the limit is 1024 MiB"),
        ("$7$CUzzzzzzzzz1s$x", "the SCRYPT hash needs"),
        ("$7$zzzzzzzzzzzzs$x", "the SCRYPT hash needs"),
        ("$7$1/....zzzzzs$x", "the SCRYPT hash needs"),
        ("$y$jGT$salt$x", "the YESCRYPT hash needs 2048 MiB of memory, the limit is 1024 MiB"),
        ("$gy$jeT$salt$x", "the GOST-YESCRYPT hash needs"),
        (
            "$argon2id$v=19$m=10485760,t=1,p=1$c29tZXNhbHQ$Gh8sW4trBHZt8WsaHG4N08sGiShWjlZo2YT8aGT2WPg",
            "the ARGON2ID hash needs 10240 MiB of memory, the limit is 1024 MiB"
        ),
        (
            "$argon2i$v=19$m=65536,t=4294967295,p=1$c29tZXNhbHQ$Gh8sW4trBHZt8WsaHG4N08sGiShWjlZo2YT8aGT2WPg",
            "the ARGON2I hash needs 4294967295 passes over 64 MiB, the limit is 2048 MiB in all"
        ),
        (
            "{PBKDF2}$1$salt$2000000000$9b452b6fa60bfaaa10eace236e3254b488ad296c",
            "the PBKDF2 hash needs 2000000000 rounds, the limit is 5000000"
        ),
        (
            "{PBKDF2-SHA256}2500001$c2FsdA$Gh8sW4trBHZt8WsaHG4N08sGiShWjlZo2YT8aGT2WPgA",
            "the PBKDF2-SHA256 hash needs 5000002 rounds, the limit is 5000000"
        ),
        (
            "{SCRAM-SHA-1}99999999999,tNzgxl1Umumrdylj+R3VJw==,YVltgCAJu4wTAz2uFRVkohhPXns=,varhYI2VAJxJAvBEHMyqReWHxss=",
            "the SCRAM-SHA-1 hash needs 99999999999 rounds, the limit is 5000000"
        ),
        (
            "$S$SabcdefgHfXMbf9OyFMSVcS/N49jwADQzIK0dANyHgtR3O0rUTzK",
            "the PHPASS hash needs 1073741824 rounds, the limit is 5000000"
        ),
    ])
    func `a hash that costs too much is refused`(stored: String, reason: String) {
        guard case .unusable(let said) = verdict("secret", stored, HashPolicy(allowsWeak: true)) else {
            Issue.record("it was computed")
            return
        }
        #expect(said.hasPrefix(reason))
        #expect(said.contains("the limit is"))
    }

    @Test func `limits can be lower`() {
        var limits = HashLimits()
        limits.rounds = 4999
        let policy = HashPolicy(limits: limits)
        #expect(verdict("secret", "$1$NIShpK/N$RIP439zZQ1u.OrcxcPdqW1", policy).isMatch)
        #expect(verdict("secret", "$5$UcqD3xXe4LJN38aV$x7SIwoRDBEKFaBQbNA83V888Ei/LBv8.YaZMLgXSAP4", policy).isUnusable)
        #expect(
            verdict("secret", "$5$rounds=1000$xSyUY1Pm5letUqZ0$XBtOqn9DZ3xPn9QpA0/ziWE.BE9qogIhtFWlwE4C3l1", policy)
                .isMatch
        )
    }

    /// The settings of mkpasswd(1) for its costs, with their meaning by crypt(5).
    @Test(arguments: [
        ("$y$j75$s$x", HashScheme.yescrypt, 1 << 20, 1), ("$y$j9T$s$x", .yescrypt, 16 << 20, 1),
        ("$y$jBT$s$x", .yescrypt, 64 << 20, 1), ("$gy$jFT$s$x", .gostYescrypt, 1 << 30, 1),
        ("$y$j9T/.$s$x", .yescrypt, 16 << 20, 2), ("$7$CU..../....s$x", .scrypt, 64 << 20, 1),
    ])
    func `the memory of a hash is read from its settings`(hash: String, scheme: HashScheme, bytes: Int, passes: Int) {
        let text = Array(hash.utf8)
        guard case .memory(let found, let foundPasses) = CryptCost.of(text.span, scheme) else {
            Issue.record("no memory is read")
            return
        }
        #expect(found == bytes)
        #expect(foundPasses == passes)
        #expect(throws: Never.self) { try HashLimits().admit(.memory(bytes: found, passes: foundPasses)) }
    }

    @Test(arguments: [
        ("$y$", HashScheme.yescrypt), ("$y$$s", .yescrypt), ("$y$j", .yescrypt), ("$y$j9", .yescrypt),
        ("$y$j9T\u{1}$", .yescrypt),
        ("$y$zzzz", .yescrypt), ("$y$j9T/$s$x", .yescrypt), ("$y$j9T6..$s", .yescrypt), ("$7$", .scrypt),
        ("$7$C", .scrypt),
        ("$7$CU.. ./....", .scrypt), ("$7$C........../", .scrypt), ("$2y$", .blowfish), ("$2y$5$x", .blowfish),
        ("$2y$-1$x", .blowfish), ("$6$rounds=$s$x", .sha512Crypt), ("$6$rounds=-1$s", .sha512Crypt),
        ("$6$rounds=1000000000000000000000$s", .sha512Crypt), ("$sha1$", .sha1Crypt), ("$sha1$x$s", .sha1Crypt),
        ("$md5,rounds=x$s", .sunMD5), ("_", .bsdiCrypt), ("_/.!/", .bsdiCrypt),
    ])
    func `settings that cannot be read have no cost`(hash: String, scheme: HashScheme) {
        let text = Array(hash.utf8)
        #expect(CryptCost.of(text.span, scheme) == nil)
    }
}
