package import Authentication
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// A mechanism program: what it is told at its start, what it gives up, and its loop.
///
/// The contract is in saslauthd-mechanism(7).
package struct MechanismProgram: Sendable {
    /// The name of the daemon, where log watchers look for lines, those of libraries too.
    private static let daemonName: StaticString = "saslauthd"

    private let name: PluginName
    private let parallel: UInt32
    private let memory: Int?

    /// A program for the mechanism `name`, whose traits say whether it keeps the rights of root.
    ///
    /// The frontend may hand over as many as `parallel` requests before the first is answered. They are decided on one after
    /// the other; above 1, they travel together.
    ///
    /// The program may have `memory` bytes of addresses more than at its start; default: as many as the system gives, as modules of
    /// others may need.
    package init(_ name: PluginName, parallel: UInt32, memory: Int? = nil) {
        self.name = name
        self.parallel = parallel
        self.memory = memory
    }

    /// Whether another program serves as long as this one says that it cannot.
    ///
    /// What might be there later is then missed at once.
    package static var isOnTrial: Bool { ProgramStart.environment?.isOnTrial == true }

    /// After how many seconds clients get a temporary failure, `--timeout`; `nil` where the daemon has not said it.
    package static var timeout: Int? { ProgramStart.environment?.timeout }

    /// Serves requests until the frontend closes the connection; gives the exit code of the program.
    ///
    /// `fileToRead` names a file that must be readable after the rights are given up, `make` makes the mechanism with those
    /// that remain. Both get the text of `-O`, empty where there was none; what `make` and the mechanism write into the log reaches
    /// the daemon's.
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

    /// Serves requests likewise; `before` reads with the rights of the daemon what `make` needs, as files that hold credentials.
    ///
    /// The text of `-O` may hold a password: it is wiped once `before` has read it.
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
                    }
                )
            else { return EXIT_FAILURE }
            while let frame = try connection.next() {
                // A module may have given the log another name, or none.
                LibraryLog.useName(Self.daemonName)
                let decision = mechanism.decide(on: frame.request)
                log.take().forEach { connection.enqueue($0) }
                // What is not answered the frontend asks of the successor.
                if mechanism.wantsSuccessor { break }
                connection.enqueue(decision.message(for: frame.id))
            }
            try connection.flush()
            return EXIT_SUCCESS
        } catch {
            // The frontend is gone, or talks nonsense: nobody is left to tell.
            return EXIT_FAILURE
        }
    }

    /// Takes over what the program was started with, or tells who started it by hand what it is.
    func takeStart() -> ProgramStart? {
        // Before there is anything that a core file should not hold: credentials of `-O` and of files, then passwords.
        do { try Rights.forbidCoreFiles() } catch { return nil }
        StandardStream.ignoreBrokenPipes()
        guard let start = ProgramStart.take() else {
            StandardStream.error.write(
                "\(name): a mechanism of saslauthd(8), which starts it; see saslauthd-mechanism(7)\n"
            )
            return nil
        }
        LibraryLog.useName(Self.daemonName)
        if let memory { MemoryLimit.allow(furtherBytes: memory) }
        return start
    }

    /// Makes the mechanism and greets the frontend, or tells it why there is none.
    ///
    /// A program that has taken the place of another since the daemon was started is of no use to it, and does nothing.
    func prepare<Result: ~Copyable>(
        _ connection: inout WorkerConnection,
        _ environment: WorkerEnvironment,
        _ log: MechanismLog,
        with make: () throws(UnusableMechanism) -> Result
    ) throws(SystemError) -> Result? {
        do throws(UnusableMechanism) {
            do throws(VersionMismatch) {
                try environment.checkVersion(of: name.program)
            } catch {
                throw UnusableMechanism(error.description)
            }
            let mechanism = try make()
            log.take().forEach { connection.enqueue($0) }
            connection.enqueue(.hello(version: Frame.version, parallel: parallel))
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
            // The daemon lacks the rights to change accounts, and says so; nothing is gained by losing the rest.
            guard account.uid != 0 else { return try Rights.forbidNewPrivileges() }
            try Rights.giveUp(to: account, butRead: file)
            // Changing the user made the process dumpable again.
            try Rights.forbidCoreFiles()
        } catch {
            throw UnusableMechanism("cannot give up the rights of root: \(error)")
        }
    }
}
