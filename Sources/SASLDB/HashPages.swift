internal import Platform

/// The types of the pages of a Berkeley DB hash.
///
/// DB->verify trusts them: for the page of another access method it calls that method's functions, which in a hash free
/// memory twice, or divide by zero.
enum HashPages {
    /// P_INVALID, which is a free page, P_HASH_UNSORTED, P_OVERFLOW and P_HASH.
    ///
    /// Pages of duplicates are not among them, because a user has one value of each property.
    static let types: Set<UInt8> = [0, 2, 7, 13]

    private static let placeOfType = 25

    /// Reads the types of all pages but the first from a file of `size` bytes.
    static func types(
        in file: borrowing OwnedDescriptor,
        pageSize: Int,
        size: Int
    ) throws(SystemError) -> [UInt8] {
        var types: [UInt8] = []
        for page in stride(from: pageSize, to: size - placeOfType, by: pageSize) {
            var type: [UInt8] = [0]
            // The file may have become shorter.
            guard try file.read(into: &type, at: page + placeOfType) == 1 else { return types }
            types.append(type[0])
        }
        return types
    }
}
