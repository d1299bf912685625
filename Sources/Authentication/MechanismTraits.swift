/// What the daemon knows of a mechanism before its program is started.
///
/// Each mechanism of this package has one line in `table`; every other name is that of a plugin from elsewhere, and has the
/// traits of `foreign`.
package struct MechanismTraits: Sendable {
    /// What follows `-a`, and what `saslauthd-` comes before in the name of the program.
    package let name: String
    /// Whether the mechanism can do nothing without option `-O`.
    package let requiresOption: Bool
    /// Whether the mechanism always looks a user up by the realm that comes with the login.
    package let usesRealm: Bool
    /// Whether what the mechanism decides may depend on the address of the client.
    package let seesAddress: Bool
    /// How many workers there may be where `-n` is not given.
    package let workers: Int
    /// After how many requests a worker is replaced where `--max-requests` is not given; 0 for never.
    package let requests: Int
    /// After how many seconds a client gets a temporary failure where `--timeout` is not given.
    package let timeout: Int
    /// Whether the mechanism's workers keep the rights of root.
    ///
    /// The others start with them, where the daemon has them, and give them up before they read a request.
    package let needsRoot: Bool
    /// What clients are told.
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
        self.replies = replies
    }

    /// The mechanisms of this package.
    ///
    /// Workers that load modules of PAM or of the name service switch are replaced, as those may lose memory. PAM modules wait for
    /// other machines: five workers would soon all be waiting. They may also ask for a second factor by push, which takes a user
    /// most of a minute. IMAP servers may be told the client's address.
    package static let table: [MechanismTraits] = [
        MechanismTraits("getpwent", requests: 1000, needsRoot: true, replies: .accounts),
        MechanismTraits("mysql", requiresOption: true),
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
        MechanismTraits("shadow", requests: 1000, needsRoot: true, replies: .accounts),
    ]

    /// A plugin from elsewhere: it gets the address, and may lose memory.
    package static let foreign = MechanismTraits("", seesAddress: true, requests: 1000)

    /// The mechanism of this package with that name; `nil` for every other name.
    package static func named(_ name: String) -> MechanismTraits? {
        table.first { $0.name == name }
    }
}
