package import Authentication
internal import Digests
internal import Glibc
internal import Platform

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

    /// Why it is not believed that passwd(5) has no entry for `login`; `nil` if it is.
    ///
    /// If the switch's source `files` fails, because descriptors or memory are short for instance, but a later one says that it knows
    /// no such account, as systemd's does, the caller of getpwnam(3) learns only that there is none. So the file is read again.
    package func doubtAboutAccount(_ login: ByteString) -> String? {
        Self.doubt(about: login, in: passwd, database: "passwd")
    }

    /// The same for shadow(5).
    package func doubtAboutShadowLine(_ login: ByteString) -> String? {
        Self.doubt(about: login, in: shadow, database: "shadow")
    }

    private static func doubt(about login: ByteString, in path: String, database: String) -> String? {
        guard NameServiceSources.haveFiles(database) else { return nil }
        do throws(SystemError) {
            return try hasLine(of: login, in: path)
                ? "the name service does not find \(login), which \(path) contains" : nil
        } catch {
            return "\(error)"
        }
    }

    private static func hasLine(of login: ByteString, in path: String) throws(SystemError) -> Bool {
        let separator = UInt8(ascii: ":")
        guard !login.isEmpty, !login.bytes.contains(separator) else { return false }
        let start = login.bytes + [separator]
        let file = try OwnedDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        var buffer = [UInt8](repeating: 0, count: 4096)
        // There may be hashes in it.
        defer { wipe(buffer.span) }
        // How many bytes of the line are those of `start`; `nil` if others were among them.
        var length: Int? = 0
        while true {
            let count = try file.read(into: &buffer, from: 0)
            guard count > 0 else { return false }
            for byte in buffer[..<count] {
                guard byte != UInt8(ascii: "\n") else {
                    length = 0
                    continue
                }
                guard let place = length else { continue }
                length = byte == start[place] ? place + 1 : nil
                if length == start.count { return true }
            }
        }
    }
}
