package import Authentication
internal import Digests

/// The files /etc/passwd and /etc/shadow, read directly, without the name service switch.
package struct LocalFiles: Sendable {
    private let passwd: String
    private let shadow: String

    package init(passwd: String = "/etc/passwd", shadow: String = "/etc/shadow") {
        self.passwd = passwd
        self.shadow = shadow
    }

    /// Whether the passwd(5) line of `login` says `x`, but shadow(5) has no line for it.
    ///
    /// False when either file cannot be read to its end.
    package func lacksShadowLine(_ login: ByteString) -> Bool {
        isShadowed(login) && hasNoShadowLine(login)
    }

    private func isShadowed(_ login: ByteString) -> Bool {
        guard let file = AccountFile(.passwd, at: passwd) else { return false }
        let mark = Array("x".utf8)
        while let entry = file.next() {
            if entry.name == login { return entry.hash.isEqual(to: mark.span) }
        }
        return false
    }

    private func hasNoShadowLine(_ login: ByteString) -> Bool {
        guard let file = AccountFile(.shadow, at: shadow) else { return false }
        while let entry = file.next() {
            if entry.name == login { return false }
        }
        return !file.hasFailed
    }
}
