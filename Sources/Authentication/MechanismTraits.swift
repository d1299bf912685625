/// The properties of a mechanism that the daemon knows before it starts the mechanism's program.
///
/// Each mechanism of this package has one line in `table`. Every other name is a third-party plugin with the traits of
/// `foreign`.
package struct MechanismTraits: Sendable {
    /// The argument of `-a`; the program is `saslauthd-` and this name.
    package let name: String
    /// Whether the mechanism needs option `-O`.
    package let requiresOption: Bool
    /// Whether the mechanism always looks up a user by login and realm.
    package let usesRealm: Bool
    /// Whether the verdict may depend on the client's address.
    package let seesAddress: Bool
    /// The maximum number of workers without `-n`.
    package let workers: Int
    /// After how many requests a worker is replaced without `--max-requests`; 0 for never.
    package let requests: Int
    /// After how many seconds a client gets a temporary failure without `--timeout`.
    package let timeout: Int
    /// Whether the mechanism's workers stay root.
    ///
    /// Other workers drop root before they read a request.
    package let needsRoot: Bool
    /// Whether its back end answers a little sooner if there is no such user.
    ///
    /// Then quick refusals wait for slow ones, and so do the parameters of challenges.
    package let isQuickerForNobody: Bool
    /// The texts of replies to clients.
    package let replies: ReplyTexts

    init(
        _ name: String,
        requiresOption: Bool = false,
        usesRealm: Bool = false,
        seesAddress: Bool = false,
        workers: Int = 5,
        requests: Int = 0,
        timeout: Int = 30,
        needsRoot: Bool = false,
        isQuickerForNobody: Bool = false,
        replies: ReplyTexts = ReplyTexts()
    ) {
        self.name = name
        self.requiresOption = requiresOption
        self.usesRealm = usesRealm
        self.seesAddress = seesAddress
        self.workers = workers
        self.requests = requests
        self.timeout = timeout
        self.needsRoot = needsRoot
        self.isQuickerForNobody = isQuickerForNobody
        self.replies = replies
    }

    /// The mechanisms of this package.
    ///
    /// Workers that load PAM or name service modules are replaced, because those may leak memory. PAM modules wait for
    /// other machines, which would soon block all of five workers. They may also ask for a second factor by push, which
    /// takes a user up to a minute. IMAP servers may be sent the client's address.
    package static let table: [MechanismTraits] = [
        MechanismTraits("getpwent", requests: 1000, needsRoot: true, isQuickerForNobody: true, replies: .accounts),
        MechanismTraits("ldap", isQuickerForNobody: true, replies: .bare),
        MechanismTraits("mysql", requiresOption: true, isQuickerForNobody: true),
        MechanismTraits(
            "pam",
            seesAddress: true,
            workers: 32,
            requests: 1000,
            timeout: 90,
            needsRoot: true,
            replies: .pam
        ),
        MechanismTraits("pop3", requiresOption: true, replies: .remoteLogin),
        MechanismTraits("rimap", requiresOption: true, seesAddress: true, replies: .remoteLogin),
        MechanismTraits("sasldb", usesRealm: true, replies: .bare),
        MechanismTraits("shadow", requests: 1000, needsRoot: true, isQuickerForNobody: true, replies: .accounts),
    ]

    /// A third-party plugin: it gets the client's address, and may leak memory.
    package static let foreign = MechanismTraits("", seesAddress: true, requests: 1000)

    /// The mechanism of this package with that name; `nil` for any other name.
    package static func named(_ name: String) -> MechanismTraits? {
        table.first { $0.name == name }
    }
}
