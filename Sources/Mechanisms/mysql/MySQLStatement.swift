internal import Authentication
internal import CMariaDB
internal import Glibc

/// A prepared statement whose rows are a hash and, in a second column, a status.
@safe
struct MySQLStatement: ~Copyable {
    /// A row as the server gave it.
    struct Row: ~Copyable {
        /// `nil` for NULL.
        let hash: Secret?
        /// A number of bits; `nil` for NULL, 0 where the query has no such column.
        let status: Int64?
        /// Whether the hash was longer than any is.
        let isTruncated: Bool
    }

    /// The longest hash that is read, in bytes.
    private static let longestHash = 4096

    private let statement: UnsafeMutablePointer<MYSQL_STMT>
    /// What a row is read into.
    private let row: UnsafeMutablePointer<cmariadb_row>
    private let text: UnsafeMutableBufferPointer<UInt8>
    let query: QueryText

    /// Takes `statement` over, for `query`.
    init(adopting statement: UnsafeMutablePointer<MYSQL_STMT>, _ query: QueryText) {
        unsafe self.statement = statement
        self.query = query
        unsafe text = .allocate(capacity: Self.longestHash)
        unsafe row = .allocate(capacity: 1)
        unsafe row.initialize(to: cmariadb_row())
        unsafe row.pointee.text = text.baseAddress
        unsafe row.pointee.capacity = CUnsignedLong(text.count)
    }

    /// Has the server prepare the query; once, before it is run.
    func prepare() throws(MySQLFailure) {
        let length = CUnsignedLong(query.text.utf8.count)
        // SAFETY: the statement is open, and the text has as many bytes as the call is told.
        guard unsafe mysql_stmt_prepare(statement, query.text, length) == 0 else { throw failure }
        // SAFETY: the statement is prepared.
        let (parameters, columns) = unsafe (mysql_stmt_param_count(statement), mysql_stmt_field_count(statement))
        guard parameters == query.parameters.count, columns == 1 || columns == 2 else {
            throw MySQLFailure(
                number: 0,
                text: "the query gives \(columns) columns; one is wanted, the hash, and perhaps a status behind it"
            )
        }
    }

    /// Runs the statement for `request` and hands out its rows, `limit` at the most; gives how many there were.
    ///
    /// - Returns: `nil` when there were more than `limit`; the connection is not to be used any further.
    func run(
        for request: borrowing AuthRequest,
        limit: Int,
        _ body: (consuming Row) -> Void
    ) throws(MySQLFailure) -> Int? {
        try execute(query.parameters.map { $0.value(in: request).bytes })
        // SAFETY: the statement was executed; what its row is read into stays there as long as the statement.
        guard unsafe cmariadb_bind_row(statement, row) == 0 else { throw failure }
        defer { wipeText() }
        var count = 0
        while try fetch() {
            count += 1
            guard count <= limit else { return nil }
            body(takeRow())
        }
        // SAFETY: all rows were fetched.
        unsafe mysql_stmt_free_result(statement)
        return count
    }

    /// Reads the next row; `false` when there is none.
    private func fetch() throws(MySQLFailure) -> Bool {
        unsafe row.pointee.number = 0
        unsafe row.pointee.number_is_null = 0
        // SAFETY: a row was bound.
        switch unsafe mysql_stmt_fetch(statement) {
        case 0, MYSQL_DATA_TRUNCATED: return true
        case MYSQL_NO_DATA: return false
        default: throw failure
        }
    }

    private func takeRow() -> Row {
        let length = unsafe Int(row.pointee.length)
        let isTruncated = length > Self.longestHash
        // SAFETY: the library has written as many bytes as it says, but no more than there is room for.
        let bytes = unsafe text.span.extracting(first: min(length, Self.longestHash))
        return Row(
            hash: unsafe row.pointee.is_null != 0 ? nil : Secret(copying: bytes),
            status: unsafe row.pointee.number_is_null != 0 ? nil : row.pointee.number,
            isTruncated: isTruncated
        )
    }

    private func execute(_ values: [[UInt8]]) throws(MySQLFailure) {
        var bytes = values.flatMap(\.self) + [0]
        var lengths = values.map { CUnsignedLong($0.count) }
        let isDone = unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe lengths.withUnsafeMutableBufferPointer { lengths in
                var binds = unsafe [MYSQL_BIND](repeating: MYSQL_BIND(), count: values.count)
                var offset = 0
                for index in values.indices {
                    unsafe binds[index].buffer_type = MYSQL_TYPE_STRING
                    // SAFETY: each value stands in `bytes`, one behind the other.
                    unsafe binds[index].buffer = UnsafeMutableRawPointer(bytes.baseAddress.unsafelyUnwrapped + offset)
                    unsafe binds[index].buffer_length = lengths[index]
                    unsafe binds[index].length = lengths.baseAddress.unsafelyUnwrapped + index
                    offset += values[index].count
                }
                // SAFETY: there are as many values as the statement has parameters, and they outlive both calls.
                return unsafe mysql_stmt_bind_param(statement, &binds) == 0 && mysql_stmt_execute(statement) == 0
            }
        }
        guard isDone else { throw failure }
    }

    private func wipeText() {
        // SAFETY: the memory is the owner's, and as large as the call is told.
        unsafe explicit_bzero(text.baseAddress.unsafelyUnwrapped, text.count)
    }

    private var failure: MySQLFailure {
        // SAFETY: the statement is open; what it gives is a terminated text of its own.
        unsafe MySQLFailure(number: mysql_stmt_errno(statement), text: String(cString: mysql_stmt_error(statement)))
    }

    deinit {
        // SAFETY: opened by the connection for this owner, and closed here alone.
        unsafe mysql_stmt_close(statement)
        wipeText()
        unsafe text.deallocate()
        unsafe row.deallocate()
    }
}
