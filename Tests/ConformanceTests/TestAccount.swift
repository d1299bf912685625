internal import Foundation

/// An account whose password is `secret` where its hash has one.
struct TestAccount: Sendable, CustomStringConvertible {
    /// Today, in days since 1970-01-01, as shadow(5) counts.
    static let today = day
    /// The day of this moment, which is another one after midnight.
    static var day: Int { Int(Date().timeIntervalSince1970) / 86_400 }

    let name: String
    let hash: String
    var lastChange = today - 5
    var maximum = "99999"
    var inactive = ""
    var expiry = ""
    var shell = "/bin/sh"
    /// What the second field of passwd(5) holds.
    var passwd = "x"
    /// What both makes answer to the right password with shadow, with pam and with getpwent.
    let shadow: String
    let pam: String
    var getpwent = "NO Incorrect password"

    var description: String { name }

    var passwdLine: String { "\(name):\(passwd):3000:3000::/nonexistent:\(shell)\n" }
    var shadowLine: String { "\(name):\(hash):\(lastChange):0:\(maximum):7:\(inactive):\(expiry):\n" }

    private static let sha512 =
        "$6$Ambw1zh.4vwHikpB$YeU.vzuGA0U6lg303KDxERPzsq7RHZW/bsfUIgJcv9hjIHMob6xfj5mXD4urjq73mrGgWTjGJ7WySM2h41esT."
    private static let wrong = "NO Incorrect password"
    private static let refused = "NO PAM auth error"
    private static let expired = "NO PAM acct error"

    static let all = hashes + locked + dates

    private static let hashes =
        [
            ("yescrypt", "$y$j9T$9FPFpcUdNfb96j1wPf4zU.$IrkvlrENu6FB3A81G5js7lVcps3SDGkrppKnRfz27r4"),
            ("sha512", sha512),
            ("sha256", "$5$UcqD3xXe4LJN38aV$x7SIwoRDBEKFaBQbNA83V888Ei/LBv8.YaZMLgXSAP4"),
            ("md5", "$1$NIShpK/N$RIP439zZQ1u.OrcxcPdqW1"),
            ("bcrypt", "$2b$05$iJWihpzWogTLKkZgd9lHtOOcIsR1tX2CMiN5uFXBy9WkgVuUURTJe"),
            ("des", "8Z34qK3.38kQg"),
        ].map { TestAccount(name: $0, hash: $1, shadow: "OK", pam: "OK") }
        + [
            TestAccount(name: "nologin", hash: sha512, shell: "/usr/sbin/nologin", shadow: "OK", pam: "OK"),
            TestAccount(name: "inpasswd", hash: "*", passwd: sha512, shadow: wrong, pam: "OK", getpwent: "OK"),
        ]

    private static let locked = [
        ("locked", "!" + sha512), ("bang", "!"), ("bangs", "!!"), ("star", "*"), ("empty", ""), ("short", "x"),
        ("odd", "$9$what$ever"),
    ].map { TestAccount(name: $0, hash: $1, shadow: wrong, pam: refused) }

    private static let dates = [
        TestAccount(name: "gone", hash: sha512, expiry: "\(today - 1)", shadow: "NO Account expired", pam: expired),
        TestAccount(name: "lastday", hash: sha512, expiry: "\(today)", shadow: "OK", pam: expired),
        TestAccount(name: "zero", hash: sha512, expiry: "0", shadow: "NO Account expired", pam: expired),
        TestAccount(
            name: "old",
            hash: sha512,
            lastChange: today - 11,
            maximum: "10",
            shadow: "NO Password expired",
            pam: expired
        ),
        TestAccount(name: "oldest", hash: sha512, lastChange: today - 10, maximum: "10", shadow: "OK", pam: "OK"),
        TestAccount(name: "mustchange", hash: sha512, lastChange: 0, shadow: "OK", pam: expired),
        TestAccount(
            name: "inactive",
            hash: sha512,
            lastChange: today - 20,
            maximum: "10",
            inactive: "5",
            shadow: "NO Password expired",
            pam: expired
        ),
    ]
}
