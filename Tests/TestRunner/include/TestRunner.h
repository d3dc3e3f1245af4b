#pragma once

/// Has no backtrace taken of each error that is thrown from now on, which Swift Testing begins with its first test. For
/// a million inputs, most of which are refused, the backtraces took nearly as long as the inputs.
void takeNoBacktraces(void);
