internal import CommandLine
internal import Glibc
internal import Platform

/// What `--check` prints about a socket of `--dovecot`.
struct DovecotCheck: Equatable {
    /// The queue directory of Postfix, which is its chroot.
    private static let queue = "/var/spool/postfix"

    /// What is at the path now.
    enum Present: Equatable {
        case nothing
        case leftover
        /// A process listens there.
        case served(pid_t?)
        case otherFile
    }

    let listener: DovecotListener
    let access: SocketAccess
    let present: Present
    /// The file that contains the socket; `nil` if it does not exist.
    let directory: FileStatus?

    /// Looks at the socket's path; throws if the daemon would not start.
    init(_ listener: DovecotListener) throws(StartFailure) {
        let access = try DovecotSocket.access(listener)
        try DovecotSocket.checkDirectory(of: listener.path)
        self.init(
            listener,
            access,
            Self.present(listener.path),
            directory: try? FileStatus(of: DovecotSocket.directory(of: listener.path))
        )
    }

    init(_ listener: DovecotListener, _ access: SocketAccess, _ present: Present, directory: FileStatus?) {
        (self.listener, self.access, self.present, self.directory) = (listener, access, present, directory)
    }

    private static func present(_ path: String) -> Present {
        guard let found = try? FileStatus(ofName: path) else { return .nothing }
        guard found.kind == .socket else { return .otherFile }
        do throws(SystemError) {
            let connection = try UnixSocket.connectNonblocking(to: path)
            return .served((try? PeerCredentials(of: connection.rawValue))?.pid)
        } catch {
            return error.number == ECONNREFUSED ? .leftover : .served(nil)
        }
    }

    /// The line about the socket itself; throws what would keep the daemon, as account `uid`, from starting.
    func line(uid: uid_t = geteuid()) throws(StartFailure) -> String {
        let option = "--dovecot \(listener.path)"
        let path = DovecotSocket.directory(of: listener.path)
        switch directory?.kind {
        case .directory: break
        case nil: throw .reason(["\(option): the directory \(path) does not exist: mkdir \(path)"])
        default: throw .reason(["\(option): \(path) is not a directory"])
        }
        guard present != .otherFile else {
            throw .reason(["\(option): exists and is not a socket; remove it or use another path"])
        }
        if uid != 0, let owner = access.owner, owner != uid {
            throw .reason(["\(option): only root can give the socket to account \(listener.user ?? "")"])
        }
        let rights = "owner \(owner(uid: uid)), group \(group), mode \(listener.mode.optionText)"
        switch present {
        case .served(let pid):
            let process = pid.map { "process \($0)" } ?? "a process"
            return "\(listener.path) is already served by \(process); it would have \(rights)"
        case .nothing, .otherFile: return "\(listener.path) would be created: \(rights)"
        case .leftover: return "\(listener.path) would replace a leftover socket: \(rights)"
        }
    }

    /// Further lines: who can connect, who can replace the socket, and where Postfix finds it.
    ///
    /// `account` is that of `user=`; `hasPostfix` says whether this machine has Postfix's account.
    func notes(
        account: Account?,
        hasPostfix: Bool,
        uid: uid_t = geteuid(),
        status: (String) -> FileStatus?
    ) -> [String] {
        var notes = [DovecotSocket.warning(listener, access, uid: uid) ?? "\(listener.path): \(whoConnects(uid: uid))"]
        if let account, let obstacle = SetupAdvice.obstacle(for: account, toEnter: listener.path, status: status) {
            notes.append("account \(account.name) cannot use \(listener.path): \(obstacle)")
        }
        if let directory, directory.owner != 0, directory.owner != uid {
            let owner = Account.name(of: directory.owner)
            notes.append("\(listener.path): account \(owner) owns the directory and can replace the socket")
        }
        if listener.path.hasPrefix(Self.queue + "/") {
            let relative = listener.path.dropFirst(Self.queue.count + 1)
            notes.append(
                "\(listener.path): for Postfix, in its chroot and outside, set \"smtpd_sasl_type = dovecot\" and \"smtpd_sasl_path = \(relative)\""
            )
        } else if hasPostfix {
            notes.append("\(listener.path): Postfix in its chroot does not find it, only sockets below \(Self.queue)")
        }
        return notes
    }

    private func owner(uid: uid_t) -> String { listener.user ?? Account.name(of: uid) }

    private var group: String { listener.group ?? Group.name(of: getegid()) }

    private func whoConnects(uid: uid_t) -> String {
        if access.mode & 0o002 != 0 { return "everyone who can enter the directory can connect" }
        let owners = access.mode & 0o200 != 0 ? ["account \(owner(uid: uid))"] : []
        let groups = access.mode & 0o020 != 0 ? ["group \(group)"] : []
        let who = (owners + groups).joined(separator: " and ")
        guard let directory, directory.permissions & 0o001 == 0 else { return "\(who) can connect" }
        return "\(who) can connect, if they may enter \(DovecotSocket.directory(of: listener.path))"
    }

    /// Checks all sockets of the settings; returns whether the daemon would start.
    static func run(_ settings: Settings, say: (String) -> Void) -> Bool {
        var isFine = true
        let hasPostfix = (try? Account(named: "postfix")) ?? nil != nil
        for listener in settings.dovecot {
            do throws(StartFailure) {
                let check = try DovecotCheck(listener)
                say("ok: \(try check.line())")
                let account = listener.user.flatMap { (try? Account(named: $0)) ?? nil }
                check.notes(account: account, hasPostfix: hasPostfix) { try? FileStatus(of: $0) }
                    .forEach { say("note: \($0)") }
            } catch {
                isFine = false
                for line in error.lines { say("wrong: \(line)") }
            }
        }
        return isFine
    }
}
