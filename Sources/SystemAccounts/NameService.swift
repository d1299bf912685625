internal import Authentication
internal import Glibc
internal import Platform

/// Calls of the name service switch, nsswitch.conf(5), that fill a buffer and fail with ERANGE when it is too small.
enum NameService {
    private static let firstSize = 1024
    private static let largestSize = 1 << 20

    /// Calls `call` with increasing buffers; returns `read` of the entry, or `nil` when there is none.
    ///
    /// `call` gets the login as a C string, an entry to fill, a buffer and its size, and a pointer for the result.
    /// `name` is the name of the call in errors.
    static func entry<Entry, Result: ~Copyable>(
        _ name: String,
        of login: ByteString,
        empty: @autoclosure () -> Entry,
        _ call: (
            UnsafePointer<CChar>, UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
        ) -> CInt,
        read: (Entry) -> Result
    ) throws(SystemError) -> Result? {
        let login = login.cString
        var size = firstSize
        while true {
            let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: size)
            defer {
                // SAFETY: allocated above with this size. It is wiped because it contained hashes.
                unsafe explicit_bzero(buffer.baseAddress.unsafelyUnwrapped, size)
                unsafe buffer.deallocate()
            }
            var entry = empty()
            var found: UnsafeMutablePointer<Entry>?
            // SAFETY: the name is terminated; entry, buffer and result outlive the call and the use of the entry below.
            let status = unsafe call(login, &entry, buffer.baseAddress.unsafelyUnwrapped, size, &found)
            switch status {
            case ERANGE where size < largestSize: size *= 4
            case 0: return unsafe found == nil ? nil : read(entry)
            // getpwnam(3) lists these for a name that was not found.
            case ENOENT, ESRCH: return nil
            default: throw SystemError(name, number: status)
            }
        }
    }

    /// Copies a field of an entry; a missing one is empty.
    static func secret(_ field: UnsafePointer<CChar>?) -> Secret {
        unsafe field.map { unsafe Secret(cString: $0) } ?? Secret(copying: Span())
    }

    /// Copies the name of an entry; a missing one is empty.
    static func name(_ field: UnsafePointer<CChar>?) -> ByteString {
        unsafe field.map { unsafe ByteString(cString: $0) } ?? ""
    }
}
