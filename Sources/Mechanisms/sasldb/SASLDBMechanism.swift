internal import Authentication
internal import Digests
internal import MechanismKit
internal import Platform
internal import SASLDB

/// Finds out from a sasldb2 file, which holds passwords as they are.
struct SASLDBMechanism: ~Copyable, BlockingMechanism {
    private let hostName: ByteString
    private let explains: Bool
    private var file: File

    /// Whether the file may not be read, and may not have been when the process had just given up its rights.
    private let neverHadRights: Bool

    fileprivate struct File: ~Copyable {
        var reader: SASLDBReader
        var lacksRights = false
    }

    /// Opens the file at `path`; one that cannot be opened now is tried again with each request.
    ///
    /// Requests without a realm are looked up under `hostName`, as it is and in small letters.
    ///
    /// With `explains` it says of users who are not there where they would be; that takes a look at the whole file.
    init(
        path: String = SASLDBReader.defaultPath,
        hostName: ByteString = ByteString(Machine.hostName),
        explains: Bool = false
    ) {
        self.hostName = hostName
        self.explains = explains
        var reader = SASLDBReader(path: path)
        do throws(SASLDBError) {
            try reader.open()
            neverHadRights = false
        } catch {
            neverHadRights = error.isForbidden
        }
        file = File(reader: reader)
    }

    /// Whether the file has got an owner or a mode since the start with which this process may not read it.
    ///
    /// A new process looks anew at which rights it must not give up.
    var wantsSuccessor: Bool { !neverHadRights && file.lacksRights }

    /// Decides on `request`, in microseconds while the file does not change, and in 100 ms at the most.
    mutating func decide(on request: borrowing AuthRequest) -> Decision {
        let (users, explains) = (
            Self.candidates(login: request.login, realm: request.realm, hostName: hostName), explains
        )
        do throws(SASLDBError) {
            let found = try file.find(firstOf: users) { user, stored in
                let isRight = !stored.isEmpty && stored.isEqual(to: request.password)
                let detail = isRight || !explains ? "" : "\(user.name) is in the file, with another password"
                return Decision(isRight ? .accepted : .refused(.wrongPassword), account: user.name, detail: detail)
            }
            return found ?? Decision(.refused(.unknownUser), detail: explains ? file.whereabouts(of: users) : "")
        } catch {
            return Decision(.unavailable(Unavailability("\(error)", scope: .mechanism)))
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
}

extension SASLDBMechanism.File {
    /// How many realms are named at the most.
    private static let longestList = 10

    /// Where the file has the first of `users`, none of whom it has.
    fileprivate mutating func whereabouts(of users: [SASLDBUser]) -> String {
        let wanted = users.map { "\($0.name)" }.joined(separator: " nor ")
        let logins = Set(users.map(\.login))
        guard let keys = try? reader.keys().keys else { return "the file has no user \(wanted)" }
        let others = Set(keys.filter { logins.contains($0.user.login) }.map { "\($0.user.name)" }).sorted()
        guard !others.isEmpty else { return "the file has no user \(wanted); sasldblistusers2(8) lists those it has" }
        let list = others.prefix(Self.longestList).joined(separator: ", ")
        let more = others.count > Self.longestList ? " and \(others.count - Self.longestList) more" : ""
        return "the file has no user \(wanted); it has \(list)\(more)"
    }

    /// Hands out the first of `users` that the file has, and the password; `nil` where it has none.
    mutating func find(
        firstOf users: [SASLDBUser],
        _ body: (SASLDBUser, borrowing Secret) -> Decision
    ) throws(SASLDBError) -> Decision? {
        lacksRights = false
        do {
            for user in users {
                if let secret = try reader.password(of: user) { return body(user, secret) }
            }
            return nil
        } catch {
            lacksRights = error.isForbidden
            throw error
        }
    }
}

extension SASLDBUser {
    /// One name for each user, as sasldblistusers2(8) prints it.
    fileprivate var name: ByteString { login.appending("@").appending(realm) }
}
