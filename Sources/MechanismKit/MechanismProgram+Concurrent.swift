package import Authentication
package import EventLoop
internal import Glibc
internal import Platform
internal import ProcessProtocol

extension MechanismProgram {
    /// Serves requests concurrently until the frontend closes the connection; returns the exit code.
    ///
    /// `make` creates the mechanism from the text of `-O`, after rights have been dropped. The loop runs after it has
    /// returned. Lines that `make` and the mechanism log go to the daemon's log.
    package func runConcurrently(
        make: (_ option: String, _ loop: EventLoop, _ log: MechanismLog) throws(UnusableMechanism) ->
            any ConcurrentMechanism
    ) -> CInt {
        runConcurrently(
            before: { option throws(UnusableMechanism) in ByteString(copying: option.span).text },
            make: make
        )
    }

    /// Serves requests concurrently; before rights are dropped, `before` reads what `make` needs, such as files with
    /// credentials.
    package func runConcurrently<Input: ~Copyable>(
        before: (_ option: borrowing Secret) throws(UnusableMechanism) -> Input,
        make: (_ input: consuming Input, _ loop: EventLoop, _ log: MechanismLog) throws(UnusableMechanism) ->
            any ConcurrentMechanism
    ) -> CInt {
        guard var start = takeStart() else { return EX_USAGE }
        var option = Optional(start.takeOption())
        let environment = start.environment
        let log = MechanismLog(isVerbose: environment.isVerbose)
        var connection = WorkerConnection(start.intoConnection())
        do throws(SystemError) {
            let loop = try EventLoop()
            guard
                let mechanism = try prepare(
                    &connection,
                    environment,
                    log,
                    with: { () throws(UnusableMechanism) in
                        let input = try before(option.take() ?? Secret(copying: Span()))
                        try giveUpRights(to: environment.accountName, butRead: nil)
                        return try make(input, loop, log)
                    }
                )
            else { return EXIT_FAILURE }
            try ConcurrentServer(connection, mechanism: mechanism, loop: loop, log: log).serve()
            return EXIT_SUCCESS
        } catch {
            // The frontend is gone or sent garbage: there is nowhere to report this.
            return EXIT_FAILURE
        }
    }
}
