internal import Authentication
internal import SASLDB

/// Where a sasldb2 file has a login that it does not have in the realm of the request.
struct Whereabouts {
    /// The most realms that a line names, and the most lines.
    private static let mostRealms = 10
    private static let mostLogins = 3
    /// The longest name in a line, in characters.
    private static let longestName = 64

    private let wanted: SASLDBUser
    private let joined: SASLDBUser?
    private let wantedLogins: [ByteString]
    /// The realms of each spelling of the login, in their order.
    private let realms: [(login: ByteString, realms: [ByteString])]

    /// Looks for the logins of `users`, and for `joined`, the login with its realm, among the users of the file.
    ///
    /// Letters in either case count as the same; the file itself distinguishes them.
    init(of users: [SASLDBUser], joined: ByteString?, among all: [SASLDBUser]) {
        // The last one is in lower case, or is the one without the realm in its login: what saslpasswd2(8) writes.
        wanted = users.last ?? SASLDBUser(login: "", realm: "")
        wantedLogins = users.map(\.login) + (joined.map { [$0] } ?? [])
        let folded = Set(wantedLogins.map(\.lowercasedASCII))
        var found: [ByteString: Set<ByteString>] = [:]
        for user in all where folded.contains(user.login.lowercasedASCII) {
            found[user.login, default: []].insert(user.realm)
        }
        let order = { (a: ByteString, b: ByteString) in a.bytes.lexicographicallyPrecedes(b.bytes) }
        realms = found.keys.sorted(by: order).map { ($0, found[$0, default: []].sorted(by: order)) }
        let realm = wanted.realm
        self.joined = joined.map { SASLDBUser(login: $0, realm: realm) }
    }

    /// `alice exists in: example.org, mail`, a line for each spelling of the login.
    var lines: [String] {
        guard !realms.isEmpty else { return ["\(Self.short(wanted.login)) exists in no realm"] }
        let lines = realms.prefix(Self.mostLogins).map { login, realms in
            let more = realms.count > Self.mostRealms ? ", and \(realms.count - Self.mostRealms) more" : ""
            let list = realms.prefix(Self.mostRealms).map(Self.short).joined(separator: ", ")
            return "\(Self.short(login)) exists in: \(list)\(more)"
        }
        return lines + (realms.count > Self.mostLogins ? ["and \(realms.count - Self.mostLogins) more spellings"] : [])
    }

    /// What to do about the file at `path`, or about the request.
    func advice(path: String) -> [String] {
        let file = path == SASLDBReader.defaultPath ? "" : "-f \(path) "
        let create = "create the user: saslpasswd2 -c \(file)-u \(Self.short(wanted.realm)) \(Self.short(wanted.login))"
        if let joined, realms.contains(where: { $0.login == joined.login && $0.realms.contains(joined.realm) }) {
            return ["use -r"]
        }
        let spelled = realms.first { wantedLogins.contains($0.login) }
        guard let realm = spelled?.realms.first else { return [create] }
        return ["send the realm \(Self.short(realm)) (Postfix: smtpd_sasl_local_domain)", create]
    }

    private static func short(_ name: ByteString) -> String {
        let text = name.description
        return text.count > longestName ? text.prefix(longestName) + "..." : text
    }
}
