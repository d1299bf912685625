package import Authentication
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// A mechanism program: reads its settings at the start, drops rights, and serves requests.
///
/// The contract is in saslauthd-mechanism(7).
package struct MechanismProgram: Sendable {
    /// The name in the log of lines from libraries too, as log watchers expect the daemon's.
    private static let daemonName: StaticString = "saslauthd"

    private let name: PluginName
    private let parallel: UInt32
    private let memory: Int?

    /// A program for the mechanism `name`, whose traits say whether it keeps running as root.
    ///
    /// The frontend may send up to `parallel` requests before the first is answered. A blocking mechanism handles them
    /// one at a time; above 1, requests and verdicts are sent in batches.
    ///
    /// `memory` limits the address space that the program may allocate after its start, in bytes. Default: no limit, as
    /// third-party modules may need any amount.
    package init(_ name: PluginName, parallel: UInt32, memory: Int? = nil) {
        self.name = name
        self.parallel = parallel
        self.memory = memory
    }

    /// Whether this program is started during a reload, while another one still serves.
    ///
    /// If so, treat an unreachable back end as a failed start instead of retrying.
    package static var isOnTrial: Bool { ProgramStart.environment?.isOnTrial == true }

    /// The daemon's `--timeout` in seconds, after which clients get a temporary failure; `nil` when it is not known.
    package static var timeout: Int? { ProgramStart.environment?.timeout }

    /// Serves requests until the frontend closes the connection; returns the exit code.
    ///
    /// `fileToRead` names a file that must remain readable after rights are dropped; `make` then creates the mechanism.
    /// Both get the text of `-O`, which is empty when the option was not given. Lines that `make` and the mechanism log
    /// go to the daemon's log.
    package func run<Mechanism: BlockingMechanism & ~Copyable>(
        fileToRead: (_ option: String) -> String? = { _ in nil },
        make: (_ option: String, _ log: MechanismLog) throws(UnusableMechanism) -> Mechanism
    ) -> CInt {
        serve(
            before: { option throws(UnusableMechanism) in ByteString(copying: option.span).text },
            fileToRead: fileToRead,
            make: make
        )
    }

    /// Serves requests; before rights are dropped, `before` reads what `make` needs, such as files with credentials.
    ///
    /// The text of `-O` may contain a password, and is wiped after `before` has read it.
    package func run<Input: ~Copyable, Mechanism: BlockingMechanism & ~Copyable>(
        before: (_ option: borrowing Secret) throws(UnusableMechanism) -> Input,
        make: (_ input: consuming Input, _ log: MechanismLog) throws(UnusableMechanism) -> Mechanism
    ) -> CInt {
        serve(before: before, fileToRead: { _ in nil }, make: make)
    }

    private func serve<Input: ~Copyable, Mechanism: BlockingMechanism & ~Copyable>(
        before: (_ option: borrowing Secret) throws(UnusableMechanism) -> Input,
        fileToRead: (_ input: borrowing Input) -> String?,
        make: (_ input: consuming Input, _ log: MechanismLog) throws(UnusableMechanism) -> Mechanism
    ) -> CInt {
        guard var start = takeStart() else { return EX_USAGE }
        var option = Optional(start.takeOption())
        let environment = start.environment
        let log = MechanismLog(isVerbose: environment.isVerbose)
        var connection = WorkerConnection(start.intoConnection())
        do throws(SystemError) {
            guard
                var mechanism = try prepare(
                    &connection,
                    environment,
                    log,
                    with: { () throws(UnusableMechanism) in
                        let input = try before(option.take() ?? Secret(copying: Span()))
                        try giveUpRights(to: environment.accountName, butRead: fileToRead(input))
                        return try make(input, log)
                    },
                    schemes: { (mechanism: borrowing Mechanism) in mechanism.schemes }
                )
            else { return EXIT_FAILURE }
            while let request = try connection.next() {
                // A module may have changed the name in the log with openlog(3) or closelog(3).
                LibraryLog.useName(Self.daemonName)
                let answer = try mechanism.answer(request)
                log.take().forEach { connection.enqueue($0) }
                // The frontend gives unanswered requests to another worker.
                if mechanism.wantsSuccessor { break }
                try connection.answer(answer)
            }
            try connection.flush()
            return EXIT_SUCCESS
        } catch {
            // The frontend is gone or sent garbage: there is nowhere to report this.
            return EXIT_FAILURE
        }
    }

    /// Takes over the descriptors and settings from saslauthd(8); `nil`, after a message, when started by hand.
    func takeStart() -> ProgramStart? {
        // Before any secret is read: credentials of `-O` and of files, then passwords.
        do { try Rights.forbidCoreFiles() } catch { return nil }
        StandardStream.ignoreBrokenPipes()
        guard let start = ProgramStart.take() else {
            StandardStream.error.write(
                "\(name): only saslauthd(8) starts this program; see saslauthd-mechanism(7)\n"
            )
            return nil
        }
        LibraryLog.useName(Self.daemonName)
        if let memory { MemoryLimit.allow(furtherBytes: memory) }
        return start
    }

    /// Creates the mechanism and sends `hello` with its `schemes`, or `unusable` with the reason, in which case it
    /// returns `nil`.
    ///
    /// A program whose version differs from the daemon's, as after an upgrade of the package, is unusable.
    func prepare<Result: ~Copyable>(
        _ connection: inout WorkerConnection,
        _ environment: WorkerEnvironment,
        _ log: MechanismLog,
        with make: () throws(UnusableMechanism) -> Result,
        schemes: (borrowing Result) -> Set<SASLMechanism> = { _ in [] }
    ) throws(SystemError) -> Result? {
        do throws(UnusableMechanism) {
            do throws(VersionMismatch) {
                try environment.checkVersion(of: name.program)
            } catch {
                throw UnusableMechanism(error.description)
            }
            let mechanism = try make()
            log.take().forEach { connection.enqueue($0) }
            connection.enqueue(.hello(version: Frame.version, parallel: parallel, schemes: schemes(mechanism)))
            return mechanism
        } catch {
            connection.enqueue(.unusable(reason: ByteString(error.description)))
            try connection.flush()
            return nil
        }
    }

    func giveUpRights(to accountName: String?, butRead file: String?) throws(UnusableMechanism) {
        do throws(SystemError) {
            try Rights.forbidCoreFiles()
            guard Account.isRoot, !name.traits.needsRoot else { return }
            guard let accountName, let account = try Account(named: accountName) else {
                throw SystemError("getpwnam", on: accountName ?? "", number: ENOENT)
            }
            // The daemon cannot change accounts, and has logged it; dropping the other rights would gain nothing.
            guard account.uid != 0 else { return try Rights.forbidNewPrivileges() }
            try Rights.giveUp(to: account, butRead: file)
            // Changing the user may have made the process dumpable again.
            try Rights.forbidCoreFiles()
        } catch {
            throw UnusableMechanism("cannot drop root privileges: \(error)")
        }
    }
}
