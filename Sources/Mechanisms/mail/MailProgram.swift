package import Authentication
internal import Glibc
internal import MechanismKit
internal import Platform

/// What `saslauthd-rimap` and `saslauthd-pop3` are.
package enum MailProgram {
    /// How many logins a process handles at a time.
    private static let parallel = 512
    /// The memory for so many logins, in bytes: each name lookup has a thread, whose stack counts.
    private static let memory = 2 << 30

    /// Runs the mechanism `name`, which logs in with `mailProtocol`; returns the exit code of the program.
    package static func run(_ name: PluginName, _ mailProtocol: MailProtocol) -> CInt {
        MechanismProgram(name, parallel: UInt32(parallel), memory: memory).runConcurrently {
            option,
            loop,
            log throws(UnusableMechanism) in
            var options = try MailOptions(option, of: mailProtocol, portOfService: port)
            if let limit = MechanismProgram.timeout, let line = options.fit(within: limit) { log.warning(line) }
            for server in options.servers {
                if !server.authorities.isEmpty { try check(server.authorities) }
                if server.acceptsAnyCertificate {
                    log.warning("\(server): ANY CERTIFICATE IS ACCEPTED (insecure=any-certificate)")
                }
            }
            _ = DescriptorLimit.raised()
            do throws(CurlFailure) {
                return try MailMechanism(options, loop: loop, log: log)
            } catch {
                throw UnusableMechanism("\(error)")
            }
        }
    }

    /// The port of a service in services(5).
    private static func port(of service: String) -> UInt16? {
        // SAFETY: both are terminated strings, and the record is read before the next call; there is one thread.
        unsafe getservbyname(service, "tcp").map { unsafe UInt16(truncatingIfNeeded: $0.pointee.s_port).byteSwapped }
    }

    private static func check(_ file: String) throws(UnusableMechanism) {
        do throws(SystemError) {
            _ = try OwnedDescriptor.open(file, O_RDONLY)
        } catch {
            throw UnusableMechanism("-O ca=\(file): \(error.reason)")
        }
    }
}
