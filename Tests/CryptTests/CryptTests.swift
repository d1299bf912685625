import Authentication
import Testing

@testable import Crypt

extension Secret {
    fileprivate init(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(copying: bytes.span)
    }
}

@Suite struct CryptTests {
    /// The password is `secret`; made with mkpasswd(1), openssl-passwd(1) and htpasswd(1).
    static let hashes = [
        "$y$j9T$9FPFpcUdNfb96j1wPf4zU.$IrkvlrENu6FB3A81G5js7lVcps3SDGkrppKnRfz27r4",
        "$gy$j9T$VXH9E9iiNWcb86FUgc8.1.$6s8BNjFAiKyMvm586ekXWARy.G1GXLYOnF2nGFrx/F9",
        "$7$CU..../....RNEQ6KSO1h02IWA.DW54J1$9BagDRX25ygbkkGOg75ST/Hr4q.5Vuak0rxkkcx4tk3",
        "$2b$05$iJWihpzWogTLKkZgd9lHtOOcIsR1tX2CMiN5uFXBy9WkgVuUURTJe",
        "$2y$05$YAaFdb6bbAQNX0Ec41vM6u14aZIMIR/XFk85frZE3jwyOK5vjtlZe",
        "$6$Ambw1zh.4vwHikpB$YeU.vzuGA0U6lg303KDxERPzsq7RHZW/bsfUIgJcv9hjIHMob6xfj5mXD4urjq73mrGgWTjGJ7WySM2h41esT.",
        "$6$rounds=1000$5wguW8ojH44kli6C$VyYPh6ESlHzKfHGsNFO9vvKxwbEFXeldzT9oDSxazbARsd8X3f.icQ1IF6C0UaE0tD78KgxMGwH41p/rfgYAa1",
        "$5$UcqD3xXe4LJN38aV$x7SIwoRDBEKFaBQbNA83V888Ei/LBv8.YaZMLgXSAP4",
        "$1$NIShpK/N$RIP439zZQ1u.OrcxcPdqW1",
        "8Z34qK3.38kQg",
    ]

    private func matches(_ password: String, _ stored: String) -> Bool? {
        var crypt = Crypt()
        return crypt.matches(Secret(password), Secret(stored))
    }

    @Test(arguments: hashes) func `only the right password matches a hash`(hash: String) {
        #expect(matches("secret", hash) == true)
        #expect(matches("Secret", hash) == false)
        #expect(matches("", hash) == false)
        #expect(matches("secret", String(hash.dropLast())) != true, "the whole hash is compared")
    }

    @Test(arguments: ["", "*", "!", "!!", "!$6$abc", "*NP*", "x", "$9$unknown$x"])
    func `a value that is not a hash matches nothing`(stored: String) {
        #expect(matches("secret", stored) == nil)
        #expect(matches(stored, stored) == nil)
    }

    @Test func `a password longer than crypt accepts matches nothing`() {
        #expect(matches(String(repeating: "a", count: 600), Self.hashes[0]) == nil)
    }
}
