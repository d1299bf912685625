internal import CommandLine
internal import Glibc
internal import Platform

/// A socket of `--dovecot`, or one for Dovecot's protocol that the service manager passed.
struct DovecotSocket {
    /// The name of sockets of the service manager that are for this protocol, `FileDescriptorName=`.
    private static let name = "dovecot"
    /// How long the frontend of a killed daemon may take to notice its end and to stop listening, in milliseconds.
    private static let patience = 2_000
    /// How often to look, in milliseconds.
    private static let pause: CInt = 20

    /// A socket that the settings require.
    struct Plan {
        let listener: DovecotListener
        let access: SocketAccess
        /// The socket of the service manager that serves it.
        let handedOver: ListeningSocket?
    }

    let listener: DovecotListener
    let socket: ListeningSocket
    private let access: SocketAccess

    var path: String { listener.path }

    /// The sockets that the settings require, and those for this protocol in `handedOver`.
    ///
    /// A socket of the service manager has the settings of the option with its path, or the defaults.
    static func plans(_ settings: Settings, _ handedOver: [ListeningSocket]) throws(StartFailure) -> [Plan] {
        var plans: [Plan] = []
        for listener in settings.dovecot {
            let known = handedOver.first { $0.isAt(listener.path) }
            plans.append(Plan(listener: listener, access: try access(listener), handedOver: known))
        }
        for socket in handedOver where socket.name == name && !plans.contains(where: { $0.handedOver === socket }) {
            // The frontend gets the value as text.
            guard let listener = DovecotListener(optionText: socket.path), listener.path == socket.path else {
                throw .reason([
                    "cannot serve the socket \(socket.path) that the service manager passed for Dovecot's protocol",
                    "Use ListenStream= with a path without commas.",
                ])
            }
            plans.append(Plan(listener: listener, access: try access(listener), handedOver: socket))
        }
        for socket in plans.compactMap(\.handedOver) {
            guard let directory = settings.directories.first(where: { socket.isAt("\($0)/mux") }) else { continue }
            throw .reason([
                "the service manager passed \(socket.path) for Dovecot's protocol, but it is the socket of -m \(directory)",
                "Remove FileDescriptorName=\(name) from its unit, or use another ListenStream= there.",
            ])
        }
        return plans
    }

    /// The permissions, the owner and the group of a socket; throws if an account or a group does not exist.
    static func access(_ listener: DovecotListener) throws(StartFailure) -> SocketAccess {
        let (owner, group): (uid_t?, gid_t?)
        do throws(StartFailure) {
            owner = if let name = listener.user { try Assembly.user(name) } else { nil }
            group = if let name = listener.group { try Assembly.group(name) } else { nil }
        } catch {
            throw .reason(["--dovecot \(listener.path): \(error.lines.joined(separator: "; "))"])
        }
        // To chown(2) the largest number means no change.
        guard owner != .max, group != .max else {
            throw .reason(["--dovecot \(listener.path): no account or group has the number \(uid_t.max)"])
        }
        return SocketAccess(mode: listener.mode.bits, owner: owner, group: group)
    }

    /// Creates the socket, or uses the one in `held` with the same path, if that still leads to it.
    ///
    /// `isStart` is true for the first sockets of a daemon, which may follow one that was killed.
    init(_ plan: Plan, keeping held: [DovecotSocket], isStart: Bool) throws(StartFailure) {
        (listener, access) = (plan.listener, plan.access)
        if let socket = plan.handedOver {
            self.socket = socket
            return
        }
        let path = plan.listener.path
        if let known = held.first(where: { $0.path == path && !$0.socket.isHandedOver && $0.socket.isInPlace }) {
            socket = known.socket
            return
        }
        try Self.checkDirectory(of: path)
        do throws(SystemError) {
            socket = try Self.create(path, plan.access, patience: isStart ? Self.patience : 0)
        } catch {
            throw .reason(Self.lines(about: error, plan.listener))
        }
    }

    private static func create(
        _ path: String,
        _ access: SocketAccess,
        patience: Int
    ) throws(SystemError) -> ListeningSocket {
        let end = Instant.now.advanced(milliseconds: patience)
        while true {
            do throws(SystemError) {
                return try ListeningSocket(sharingDirectoryOf: path, access)
            } catch {
                let isSocket = (try? FileStatus(ofName: path))?.kind == .socket
                guard error.number == EADDRINUSE, isSocket, Instant.now < end else { throw error }
            }
            _ = try? waitForInput(on: [], milliseconds: pause)
        }
    }

    /// Sets the owner, the group and the mode, unless the service manager owns the socket.
    func give() throws(StartFailure) {
        do throws(SystemError) { try socket.give(access) } catch { throw .reason(Self.lines(about: error, listener)) }
    }

    /// The directory of a socket.
    static func directory(of path: String) -> String {
        let directory = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        return directory.isEmpty ? "/" : String(directory)
    }

    /// Throws if root cannot create a socket safely in the directory of `path`.
    static func checkDirectory(of path: String) throws(StartFailure) {
        let directory = directory(of: path)
        guard Account.isRoot, let fault = DirectoryTrust.fault(of: directory, for: .dovecotSocket) else { return }
        throw .reason(["--dovecot \(path): \(fault.lines[0])"] + fault.lines.dropFirst())
    }

    /// Lines about a socket that could not be created, with advice.
    static func lines(about error: SystemError, _ listener: DovecotListener) -> [String] {
        let option = "--dovecot \(listener.path)"
        let directory = directory(of: listener.path)
        switch (error.call, error.number) {
        case ("bind", EADDRINUSE):
            guard (try? FileStatus(ofName: listener.path))?.kind == .socket else {
                return ["\(option): exists and is not a socket; remove it or use another path"]
            }
            return ["\(option): another process listens there; stop it or use another path"]
        case ("bind", ENOENT), ("bind", ENOTDIR):
            return ["\(option): the directory \(directory) does not exist; create it or use another path"]
        case ("chown", EPERM):
            let names = [listener.user.map { "account \($0)" }, listener.group.map { "group \($0)" }].compactMap(\.self)
            return [
                "\(option): cannot give the socket to \(names.joined(separator: " and ")): \(error.reason)",
                "Start saslauthd as root, or let the service manager create the socket (SocketUser= and SocketGroup= in its unit).",
            ]
        case ("chmod", EPERM):
            return [
                "\(option): cannot set the mode of the socket: \(error.reason)",
                "The daemon needs CAP_FOWNER to set the mode of a socket of another account.",
            ]
        default:
            return DirectoryDenial.lines(directory, error, option: "--dovecot") ?? ["\(option): \(error)"]
        }
    }

    /// A warning if only root can connect; `nil` for a socket of the service manager.
    var warning: String? { socket.isHandedOver ? nil : Self.warning(listener, access) }

    /// A warning if only root can connect.
    static func warning(
        _ listener: DovecotListener,
        _ access: SocketAccess,
        uid: uid_t = geteuid()
    ) -> String? {
        let owner = access.owner ?? uid
        let isOwners = owner != 0 && access.mode & 0o200 != 0
        let isGroups = access.group != nil && access.group != 0 && access.mode & 0o020 != 0
        guard !isOwners, !isGroups, access.mode & 0o002 == 0 else { return nil }
        return
            "--dovecot \(listener.path): only root can connect; name the account of the mail server with user=, or its group with group="
    }
}
