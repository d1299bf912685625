internal import Authentication
internal import Digests
internal import MechanismKit
internal import Platform
internal import SASLDB

/// Checks passwords with a sasldb2 file, which holds them in clear text.
struct SASLDBMechanism: ~Copyable, BlockingMechanism {
    let hostName: ByteString
    private let path: String
    let log: MechanismLog
    var file: File

    /// Whether the process could not read the file right after it gave up its rights.
    private let neverHadRights: Bool

    struct File: ~Copyable {
        var reader: SASLDBReader
        var lacksRights = false
    }

    /// Opens the file at `path`; if that fails, each request tries again.
    ///
    /// Requests without a realm are looked up under `hostName`, as it is and in lower case.
    ///
    /// With a verbose `log`, the whole file is read for a user that it does not have, to report where it has the login.
    init(
        path: String = SASLDBReader.defaultPath,
        hostName: ByteString = ByteString(Machine.hostName),
        log: MechanismLog = MechanismLog(isVerbose: false)
    ) {
        self.hostName = hostName
        self.path = path
        self.log = log
        var reader = SASLDBReader(path: path)
        do throws(SASLDBError) {
            try reader.open()
            neverHadRights = false
        } catch {
            neverHadRights = error.isForbidden
        }
        file = File(reader: reader)
    }

    /// Whether the file's owner or mode changed since the start so that this process can no longer read it.
    ///
    /// A new process determines anew which rights it must keep.
    var wantsSuccessor: Bool { !neverHadRights && file.lacksRights }

    /// Decides on `request`, in microseconds while the file does not change, and in 100 ms at the most.
    mutating func decide(on request: borrowing AuthRequest) -> Decision {
        let users = Self.candidates(login: request.login, realm: request.realm, hostName: hostName)
        let log = log
        log.debug("file: \(path)")
        do throws(SASLDBError) {
            let entry = try file.entry(of: users, log)
            let isRight = entry.password.isEqual(to: request.password)
            guard log.isVerbose else { return entry.decision(isRight: isRight) }
            switch entry.kind {
            case .user:
                log.debug("\(entry.name): in the file")
                return entry.decision(isRight: isRight, isRight ? "" : "the password is wrong")
            case .withoutPassword:
                log.debug("\(entry.name): in the file")
                return entry.decision(isRight: isRight, "the stored password is empty")
            case .nobody:
                explain(request, users)
                let names = users.map { "\($0.name)" }.joined(separator: " or ")
                return entry.decision(isRight: isRight, "no user \(names) in \(path)")
            }
        } catch {
            return Decision(.unavailable(Unavailability("\(error)", scope: .mechanism)))
        }
    }

    /// The users of the file that the request may mean, the likeliest first.
    ///
    /// Without a realm it is the host's name, as it is and in lower case, as saslpasswd2(8) writes it. A login that ends with `@` and
    /// the realm, as option `-r` makes it, is also looked up without that end.
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

    /// Logs where the file has the login, none of whose `users` it has, and what to do.
    private mutating func explain(_ request: borrowing AuthRequest, _ users: [SASLDBUser]) {
        guard let keys = try? file.reader.keys().keys, let last = users.last else { return }
        let whereabouts = Whereabouts(
            of: users,
            joined: request.realm.isEmpty ? nil : request.login.appending("@").appending(request.realm),
            among: keys.filter { $0.property == SASLDBKey(last, .password).property }.map(\.user)
        )
        for line in whereabouts.lines { log.debug(line) }
        for line in whereabouts.advice(path: path) { log.advise(line) }
    }
}

extension SASLDBMechanism.File {
    /// The entry of the first of `users` that the file has, or that of nobody.
    mutating func entry(of users: [SASLDBUser], _ log: MechanismLog) throws(SASLDBError) -> SASLDBEntry {
        lacksRights = false
        do {
            for user in users {
                switch try reader.password(of: user) {
                case .some(let stored): return SASLDBEntry(of: user, stored)
                case nil: log.debug("\(user.name): not in the file")
                }
            }
            return SASLDBEntry(missing: users[0])
        } catch {
            lacksRights = error.isForbidden
            throw error
        }
    }
}

extension SASLDBUser {
    /// The user as sasldblistusers2(8) prints it, `login@realm`.
    var name: ByteString { login.appending("@").appending(realm) }
}
