internal import Authentication
internal import CMariaDB
internal import Glibc

/// A prepared statement whose columns are a hash and, optionally, a status and the name of the account.
@safe
struct MySQLStatement: ~Copyable {
    /// The longest text read from a column, in bytes.
    private static let longestText = 4096
    /// The longest name of an account, in bytes; longer ones, which could be ambiguous after a cut, are ignored.
    private static let longestAccount = 1024
    /// The number of columns read at most.
    private static let mostColumns = Int(cmariadb_columns)

    private let statement: UnsafeMutablePointer<MYSQL_STMT>
    /// The buffers of a row.
    private let row: UnsafeMutableBufferPointer<cmariadb_column>
    /// The texts of all columns, one after the other.
    private let text: UnsafeMutableBufferPointer<UInt8>
    let query: QueryText
    /// The number of columns that the query returns; known after `prepare`.
    private var columns = 0

    /// Takes ownership of `statement`, for `query`.
    init(adopting statement: UnsafeMutablePointer<MYSQL_STMT>, _ query: QueryText) {
        unsafe self.statement = statement
        self.query = query
        unsafe text = .allocate(capacity: Self.mostColumns * Self.longestText)
        // All columns are empty until a row is read.
        unsafe text.initialize(repeating: 0)
        unsafe row = .allocate(capacity: Self.mostColumns)
        unsafe row.initialize(repeating: cmariadb_column())
        for column in 0..<Self.mostColumns {
            // SAFETY: the buffer has room for this number of texts.
            unsafe row[column].text = text.baseAddress.unsafelyUnwrapped + column * Self.longestText
            unsafe row[column].capacity = CUnsignedLong(Self.longestText)
        }
    }

    /// Prepares the query; to be called once, before `run`.
    mutating func prepare() throws(MySQLFailure) {
        let length = CUnsignedLong(query.text.utf8.count)
        // SAFETY: the statement is open, and the length is that of the text.
        guard unsafe mysql_stmt_prepare(statement, query.text, length) == 0 else { throw failure }
        // SAFETY: the statement is prepared.
        let (parameters, columns) = unsafe (mysql_stmt_param_count(statement), mysql_stmt_field_count(statement))
        guard (1...Self.mostColumns).contains(Int(columns)) else {
            throw MySQLFailure(
                number: 0,
                text: "the query returns \(columns) columns; expected the hash, and optionally a status and the login"
            )
        }
        guard parameters == query.parameters.count else {
            let text = "the server counts \(parameters) parameters, expected \(query.parameters.count)"
            throw MySQLFailure(number: 0, text: text)
        }
        self.columns = Int(columns)
    }

    /// Runs the statement for `identity` and passes its rows to `body`, at most `limit`; returns their number.
    ///
    /// After a failure, except one of collations, the connection must be closed.
    ///
    /// - Returns: `nil` when there are more than `limit` rows; the connection must be closed.
    func run(
        for identity: LoginIdentity,
        limit: Int,
        _ body: (consuming MySQLRow) -> Void
    ) throws(MySQLFailure) -> Int? {
        try execute(query.parameters.map { $0.value(in: identity).bytes })
        try bindRow()
        defer { wipeText() }
        var count = 0
        while try fetch() {
            count += 1
            guard count <= limit else { return nil }
            body(takeRow())
        }
        // SAFETY: the statement is open.
        guard unsafe cmariadb_has_more(statement) == 0 else { throw Self.notAlone }
        // SAFETY: all rows were fetched.
        unsafe mysql_stmt_free_result(statement)
        return count
    }

    private func bindRow() throws(MySQLFailure) {
        // SAFETY: the statement was executed; the row's buffers live as long as the statement.
        switch unsafe cmariadb_bind_row(statement, row.baseAddress, CUnsignedInt(columns)) {
        case cmariadb_bound: return
        case cmariadb_other_columns:
            throw MySQLFailure(number: 0, text: "the server sent columns other than those it announced")
        case cmariadb_no_text:
            throw MySQLFailure(number: 0, text: "the query returns a column that is neither text nor a number")
        case cmariadb_not_alone: throw Self.notAlone
        default: throw failure
        }
    }

    private static var notAlone: MySQLFailure {
        MySQLFailure(number: 0, text: "the server sent more than one result for one query")
    }

    /// Reads the next row; `false` when there is none.
    private func fetch() throws(MySQLFailure) -> Bool {
        // SAFETY: a row was bound.
        switch unsafe mysql_stmt_fetch(statement) {
        case 0, MYSQL_DATA_TRUNCATED: return true
        case MYSQL_NO_DATA: return false
        default: throw failure.number == 0 ? MySQLFailure(number: 0, text: "the server sent a malformed row") : failure
        }
    }

    private func takeRow() -> MySQLRow {
        let hash: Secret? = isNull(0) ? nil : Secret(copying: text(of: 0))
        return MySQLRow(hash: hash, isTruncated: isTruncated(0), status: status, account: account)
    }

    private var status: AccountStatus {
        guard columns > 1 else { return .good }
        guard !isNull(1) else { return .missing }
        // SAFETY: the statement was executed, and the library's string is copied at once.
        let name = unsafe ByteString(cString: cmariadb_column_name(statement, 1))
        guard !isTruncated(1) else { return .unreadable(column: name) }
        return AccountStatus(text(of: 1), isBits: unsafe row[1].is_bits != 0, column: name)
    }

    private var account: ByteString? {
        guard columns > 2, !isNull(2), (1...Self.longestAccount).contains(unsafe Int(clamping: row[2].length)) else {
            return nil
        }
        return ByteString(copying: text(of: 2))
    }

    private func isNull(_ column: Int) -> Bool { unsafe row[column].is_null != 0 }

    private func isTruncated(_ column: Int) -> Bool { unsafe row[column].length > CUnsignedLong(Self.longestText) }

    @_lifetime(borrow self)
    private func text(of column: Int) -> Span<UInt8> {
        let length = unsafe min(Int(clamping: row[column].length), Self.longestText)
        // SAFETY: the library has written the length that it reports, cut to the size of the buffer.
        let span = unsafe text.span.extracting(column * Self.longestText..<column * Self.longestText + length)
        return unsafe _overrideLifetime(span, borrowing: self)
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
                    // SAFETY: `bytes` contains the values one after the other.
                    unsafe binds[index].buffer = UnsafeMutableRawPointer(bytes.baseAddress.unsafelyUnwrapped + offset)
                    unsafe binds[index].buffer_length = lengths[index]
                    unsafe binds[index].length = lengths.baseAddress.unsafelyUnwrapped + index
                    offset += values[index].count
                }
                // SAFETY: the number of values is that of the parameters, and they outlive both calls.
                return unsafe mysql_stmt_bind_param(statement, &binds) == 0 && mysql_stmt_execute(statement) == 0
            }
        }
        guard isDone else { throw failure }
    }

    private func wipeText() {
        // SAFETY: `self` owns the buffer, and the size is its own.
        unsafe explicit_bzero(text.baseAddress.unsafelyUnwrapped, text.count)
    }

    private var failure: MySQLFailure {
        // SAFETY: the statement is open and owns the results, which are terminated strings.
        unsafe MySQLFailure(
            number: mysql_stmt_errno(statement),
            text: String(cString: mysql_stmt_error(statement)),
            state: String(cString: mysql_stmt_sqlstate(statement))
        )
    }

    deinit {
        // SAFETY: `self` is the sole owner, and closes it only here.
        unsafe mysql_stmt_close(statement)
        wipeText()
        unsafe text.deallocate()
        unsafe row.deallocate()
    }
}
