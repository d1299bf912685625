import Authentication
import CCrypto
import Glibc
import SASLDB
import Synchronization

/// Finds out from a sasldb2 file, which holds passwords as they are.
final class SASLDBMechanism: Sendable {
    /// The file that Debian's libsasl2 has.
    static let defaultPath = "/etc/sasldb2"

    private let hostName: ByteString
    private let state: Mutex<State>

    fileprivate struct State: ~Copyable, Sendable {
        var reader: SASLDBReader
        var lacksRights = false
    }

    /// Opens nothing yet.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - hostName: the realm of requests without one, as it is and in small letters.
    init(path: String = defaultPath, hostName: ByteString = SASLDBMechanism.systemHostName) {
        self.hostName = hostName
        state = Mutex(State(reader: SASLDBReader(path: path)))
    }

    /// Whether the last request failed because the file may not be read by this process.
    ///
    /// A process that started with more rights and gave them up can read the file again when it is started anew.
    var lacksRights: Bool { state.withLock { $0.lacksRights } }

    /// Opens the file while there are rights to, so that requests need none until it changes.
    func open() throws(SASLDBError) {
        try state.withLock { state throws(SASLDBError) in try state.reader.open() }
    }

    /// Decides on `request`, in microseconds while the file does not change, and in 100 ms at the most.
    ///
    /// Blocks; no two requests at a time.
    func authenticate(_ request: borrowing AuthRequest) -> Verdict {
        let users = Self.candidates(login: request.login, realm: request.realm, hostName: hostName)
        let stored: Secret?
        do {
            stored = try state.withLock { state throws(SASLDBError) in try state.password(ofFirst: users) }
        } catch {
            return .unavailable(Unavailability(ByteString("\(error)")))
        }
        return switch consume stored {
        case .none: .refused(.unknownUser)
        case .some(let secret) where !secret.isEmpty && secret.isEqual(to: request.password): .accepted
        case .some: .refused(.wrongPassword)
        }
    }

    /// Whom the file may know the login as, the likeliest first.
    ///
    /// Without a realm it is the host's name, once as it is and once in small letters, as saslpasswd2(8) writes it. A
    /// login that ends with `@` and the realm, as option `-r` makes it, is also looked for without that end.
    static func candidates(login: ByteString, realm: ByteString, hostName: ByteString) -> [SASLDBUser] {
        guard !realm.isEmpty else {
            let plain = SASLDBUser(login: login, realm: hostName)
            let small = SASLDBUser(login: login, realm: hostName.lowercasedASCII)
            return plain == small ? [plain] : [plain, small]
        }
        let plain = SASLDBUser(login: login, realm: realm)
        let end = ByteString("@").appending(realm).bytes
        guard login.count > end.count, login.bytes.suffix(end.count) == end[...] else { return [plain] }
        return [plain, SASLDBUser(login: ByteString(login.bytes.dropLast(end.count)), realm: realm)]
    }

    /// What gethostname(2) says.
    static var systemHostName: ByteString {
        var buffer = [CChar](repeating: 0, count: 256)
        // SAFETY: the buffer has one byte more than the call is told, which stays zero.
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
        return ByteString(buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }
}

extension SASLDBMechanism.State {
    mutating func password(ofFirst users: [SASLDBUser]) throws(SASLDBError) -> Secret? {
        lacksRights = false
        do {
            for user in users {
                if let secret = try reader.password(of: user) { return secret }
            }
            return nil
        } catch {
            lacksRights = error.isForbidden
            throw error
        }
    }
}

extension Secret {
    /// Whether the bytes are the same; takes as long for those that differ at the start as for those that do at the end.
    fileprivate func isEqual(to other: borrowing Secret) -> Bool {
        guard count == other.count else { return false }
        let (mine, others) = (span, other.span)
        return unsafe mine.withUnsafeBufferPointer { mine in
            unsafe others.withUnsafeBufferPointer { others in
                guard let first = mine.baseAddress, let second = others.baseAddress else { return true }
                // SAFETY: both have as many bytes as the call is told.
                return unsafe CRYPTO_memcmp(first, second, mine.count) == 0
            }
        }
    }
}
