internal import Authentication
package import EventLoop
internal import Glibc
internal import Platform
internal import ProcessProtocol

extension MechanismProgram {
    /// Serves requests, as many at a time as the frontend may hand over, until the frontend closes the connection.
    ///
    /// `make` makes the mechanism with the text of `-O` and the rights that remain. The loop runs when it has
    /// returned; what it and the mechanism write into the log reaches the daemon's. Gives the exit code of the
    /// program.
    package func runConcurrently(
        make: (_ option: String, _ loop: EventLoop, _ log: MechanismLog) throws(UnusableMechanism) ->
            any ConcurrentMechanism
    ) -> CInt {
        guard var start = takeStart() else { return EX_USAGE }
        let option = ByteString(copying: start.takeOption().span).text
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
                        try giveUpRights(to: environment.accountName, butRead: nil)
                        return try make(option, loop, log)
                    }
                )
            else { return EXIT_FAILURE }
            try ConcurrentServer(connection, mechanism: mechanism, loop: loop, log: log).serve()
            return EXIT_SUCCESS
        } catch {
            // The frontend is gone, or talks nonsense: nobody is left to tell.
            return EXIT_FAILURE
        }
    }
}
