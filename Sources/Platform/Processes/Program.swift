internal import CPlatform
package import Glibc

/// A program to start, with its arguments, environment and account.
package struct Program: Sendable {
    package var path: String
    /// The arguments; the first one is the program's name.
    package var arguments: [String]
    /// Each is `NAME=value`.
    package var environment: [String]
    /// The account that it runs as from its first instruction on; `nil`: the caller's.
    package var account: Account?

    package init(path: String, arguments: [String], environment: [String], account: Account? = nil) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.account = account
    }

    /// A message to the peer of the program's descriptor 1, a socket, before the program's first instruction.
    package struct Announcement: Hashable, Sendable {
        let bytes: [UInt8]
        let processPlace: Int

        /// Replaces the four bytes of `bytes` at `processPlace` with the process id in network byte order; at most 64
        /// bytes.
        package init(_ bytes: [UInt8], processPlace: Int) {
            precondition(bytes.count <= 64 && processPlace >= 0 && processPlace + 4 <= bytes.count)
            self.bytes = bytes
            self.processPlace = processPlace
        }
    }

    /// Starts the program in a new session; its descriptor i is a duplicate of `descriptors[i]`, and it gets no others.
    ///
    /// - Parameters:
    ///   - descriptors: open descriptors, at most 64; they stay the caller's.
    ///   - announcement: it is sent completely before any output of the program, or the program is not started.
    /// - Returns: the process id of the child, which the caller reaps.
    /// - Throws: if any step up to execve(2) failed; the announcement may have been sent.
    package func start(descriptors: [CInt], announcement: Announcement? = nil) throws(SystemError) -> pid_t {
        var names = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer {
            // SAFETY: each was made by strdup(3) above, and the child has its own copies.
            unsafe (names + variables).forEach { unsafe free($0) }
        }
        let groups = account?.groups ?? []
        let bytes = announcement?.bytes ?? []
        return try systemCall("start", on: path) {
            // SAFETY: all pointers are valid until the call returns; both lists end with a null pointer.
            unsafe path.withCString { path in
                unsafe groups.withUnsafeBufferPointer { groups in
                    unsafe bytes.withUnsafeBufferPointer { bytes in
                        unsafe descriptors.withUnsafeBufferPointer { descriptors in
                            unsafe names.withUnsafeMutableBufferPointer { names in
                                unsafe variables.withUnsafeMutableBufferPointer { variables in
                                    var identity = unsafe cplatform_account(
                                        uid: account?.uid ?? 0,
                                        gid: account?.gid ?? 0,
                                        groups: groups.baseAddress,
                                        group_count: groups.count
                                    )
                                    return unsafe withUnsafePointer(to: &identity) { identity in
                                        var program = unsafe cplatform_program(
                                            path: path,
                                            arguments: names.baseAddress,
                                            environment: variables.baseAddress,
                                            descriptors: descriptors.baseAddress,
                                            descriptor_count: descriptors.count,
                                            account: account == nil ? nil : identity,
                                            announcement: announcement == nil ? nil : bytes.baseAddress,
                                            announcement_length: bytes.count,
                                            process_place: announcement?.processPlace ?? 0
                                        )
                                        return unsafe cplatform_start(&program)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The file that this process runs; ends in ` (deleted)` if it was replaced or removed, proc(5).
    package static func own() throws(SystemError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        // SAFETY: the buffer has one byte more than the length that the call gets; it stays zero.
        try systemCall("readlink", on: "/proc/self/exe") {
            unsafe readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The value of an environment variable of this process.
    package static func variable(_ name: String) -> String? {
        // SAFETY: the C string is copied at once, and no other thread changes the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The environment of this process.
    package static var environment: [String] {
        var variables: [String] = []
        var next = unsafe environ
        // SAFETY: the list ends with a null pointer, and no other thread changes it.
        while let variable = unsafe next.pointee {
            variables.append(unsafe String(cString: variable))
            unsafe next += 1
        }
        return variables
    }
}
