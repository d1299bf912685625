internal import Authentication
internal import CShadow
internal import Glibc

/// Reads a passwd(5) or shadow(5) file directly, without the name service switch; fgetpwent(3), fgetspent(3).
///
/// Safe: the pointer is owned here and never given out.
@safe
struct AccountFile: ~Copyable {
    enum Format {
        case passwd, shadow
    }

    /// The first two fields of both formats.
    struct Entry: ~Copyable {
        let name: ByteString
        /// The second field.
        let hash: Secret

        consuming func intoHash() -> Secret { hash }
    }

    private let format: Format
    private let file: UnsafeMutablePointer<FILE>

    /// `nil` when the file at `path` cannot be opened.
    init?(_ format: Format, at path: String) {
        // SAFETY: both are terminated strings for the length of the call.
        guard let file = unsafe fopen(path, "re") else { return nil }
        self.format = format
        unsafe self.file = file
    }

    deinit {
        // SAFETY: `self` is the sole owner.
        unsafe fclose(file)
    }

    /// The next entry; `nil` at the end of the file, or when reading fails.
    func next() -> Entry? {
        switch format {
        case .passwd:
            // SAFETY: the fields are copied before the next call.
            guard let entry = unsafe fgetpwent(file) else { return nil }
            return unsafe Entry(
                name: NameService.name(entry.pointee.pw_name),
                hash: NameService.secret(entry.pointee.pw_passwd)
            )
        case .shadow:
            // SAFETY: as above.
            guard let entry = unsafe fgetspent(file) else { return nil }
            return unsafe Entry(
                name: NameService.name(entry.pointee.sp_namp),
                hash: NameService.secret(entry.pointee.sp_pwdp)
            )
        }
    }

    /// Whether reading failed before the end of the file.
    var hasFailed: Bool {
        // SAFETY: the stream is open as long as this object lives.
        unsafe ferror(file) != 0
    }
}
