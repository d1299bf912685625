package import Authentication
internal import CShadow
internal import Digests
internal import Glibc

/// The files /etc/passwd and /etc/shadow themselves, without the name service switch.
package struct LocalFiles: Sendable {
    private let passwd: String
    private let shadow: String

    package init(passwd: String = "/etc/passwd", shadow: String = "/etc/shadow") {
        self.passwd = passwd
        self.shadow = shadow
    }

    /// Whether the password of `login` should be in the shadow file and is not: its passwd(5) line has `x`, and shadow(5) no line.
    ///
    /// False where either file cannot be read to its end.
    package func lacksShadowLine(_ login: ByteString) -> Bool {
        var isShadowed = false
        let mark = Array("x".utf8)
        let isKnown = unsafe find(login, in: passwd) { file in
            unsafe fgetpwent(file).map { entry in
                isShadowed = unsafe NameService.secret(entry.pointee.pw_passwd).isEqual(to: mark.span)
                return unsafe NameService.name(entry.pointee.pw_name)
            }
        }
        guard isKnown == true, isShadowed else { return false }
        return unsafe find(login, in: shadow) { file in
            unsafe fgetspent(file).map { unsafe NameService.name($0.pointee.sp_namp) }
        } == false
    }

    /// Whether the file at `path` has an entry named `login`; `nil` when it cannot be read.
    private func find(
        _ login: ByteString,
        in path: String,
        next: (UnsafeMutablePointer<FILE>) -> ByteString?
    ) -> Bool? {
        // SAFETY: the path is a terminated string; the file is closed once, and not used afterwards.
        guard let file = unsafe fopen(path, "re") else { return nil }
        defer { unsafe fclose(file) }
        while let name = unsafe next(file) {
            if name == login { return true }
        }
        return unsafe ferror(file) == 0 ? false : nil
    }
}
