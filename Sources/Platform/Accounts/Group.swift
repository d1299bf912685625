package import Glibc

/// Groups of the system, group(5).
package enum Group {
    /// The groups of this process.
    package static var own: Set<gid_t> {
        var groups = [gid_t](repeating: 0, count: 65536)
        // SAFETY: the call gets the length of the array.
        let count = unsafe getgroups(CInt(groups.count), &groups)
        return Set(groups[..<Int(max(count, 0))]).union([getegid()])
    }

    /// The number of the group `name`, getgrnam_r(3), which may be a number itself; `nil` if it does not exist.
    package static func number(of name: String) throws(SystemError) -> gid_t? {
        if let number = gid_t(name) { return number }
        var record = unsafe group()
        var found: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: 65536)
        // SAFETY: the call gets the length of the buffer, which outlives the use of `record` below.
        let status = unsafe getgrnam_r(name, &record, &buffer, buffer.count, &found)
        guard status == 0 else { throw SystemError("getgrnam", on: name, number: status) }
        return unsafe found == nil ? nil : record.gr_gid
    }

    /// The name of a group, or its number if it has no name; getgrgid_r(3).
    package static func name(of gid: gid_t) -> String {
        var record = unsafe group()
        var found: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: 65536)
        // SAFETY: the call gets the length of the buffer, which outlives the use of `record` below.
        let status = unsafe getgrgid_r(gid, &record, &buffer, buffer.count, &found)
        guard status == 0, unsafe found != nil else { return String(gid) }
        return unsafe String(cString: record.gr_name)
    }
}
