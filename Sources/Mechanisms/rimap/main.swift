internal import Authentication
internal import Glibc
internal import MailLogin

exit(MailProgram.run("rimap", .imap))
