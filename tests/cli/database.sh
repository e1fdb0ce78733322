# Is a database that cannot be used left alone, with status 3 and a plain word?
# SPDX-License-Identifier: BSD-2-Clause
. "$HERE/lib.sh"

refused() {
	cp "$1" before
	expect 3 "$GUSIM" sweep "$tiny" --seeds 1 --db "$1"
	says err "$2"
	silent out
	cmp -s "$1" before || fail "$1 was written to"
	expect 3 "$GUSIM" merge new.db "$1"
	says err "$2"
	[ ! -e new.db ] || fail "merge has made a database of $1"
}

sqlite3 foreign.db "CREATE TABLE t (a); INSERT INTO t VALUES (1)"
refused foreign.db "another program"
expect 0 "$GUSIM" sweep "$tiny" --seeds 1 --db newer.db
sqlite3 newer.db "PRAGMA user_version = 3"
refused newer.db "newer gusim"
head -c 20000 /dev/urandom >noise.db
refused noise.db "not a database"

# What is no file to keep rows in, whoever asks: a short word, at once.
no_file() {
	for verb in sweep report merge; do
		case $verb in
		sweep) set -- "$1" "$2" sweep "$tiny" --seeds 1 --db "$1" ;;
		report) set -- "$1" "$2" report "$1" -o page ;;
		merge) set -- "$1" "$2" merge new.db "$1" ;;
		esac
		path=$1 word=$2
		shift 2
		expect 3 timeout 20 "$GUSIM" "$@"
		says err "$path"
		says err "$word"
		silent out
		set -- "$path" "$word"
	done
	[ ! -e new.db ] && [ ! -e page ] || fail "something was made of $1"
}
mkdir dir.db
no_file dir.db "a folder, not a database"
mkfifo pipe.db
no_file pipe.db "a pipe, a socket or a device"
no_file /dev/null "a pipe, a socket or a device"
ln -s nowhere.db dangling.db
expect 3 "$GUSIM" sweep "$tiny" --seeds 1 --db dangling.db
says err "a symbolic link to a file that is not there"
expect 3 "$GUSIM" report dangling.db -o page
says err "No such file"
expect 3 "$GUSIM" merge new.db dangling.db
says err "No such file"
[ ! -e nowhere.db ] && [ -L dangling.db ] || fail "a link was followed into nothing"
ln -s foreign.db link.db
refused link.db "another program"
printf 'short' >short.db
refused short.db "not a database"

# Missing, empty: nothing to read, and nothing is made.
expect 3 "$GUSIM" report missing.db -o page
says err "missing.db"
expect 3 "$GUSIM" merge new.db missing.db
[ ! -e missing.db ] && [ ! -e new.db ] || fail "a missing database was made"
: >empty.db
expect 3 "$GUSIM" report empty.db -o page
says err "empty"
silent empty.db

# Another program was killed while it wrote: what it left behind is its own.
for journal in DELETE WAL; do
	rm -f killed.db*
	{
		echo "PRAGMA journal_mode = $journal; CREATE TABLE t (a);"
		echo "PRAGMA cache_size = 2; INSERT INTO t VALUES (1); BEGIN;"
		echo "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000) INSERT INTO t SELECT randomblob(200) FROM c;"
		[ $journal = DELETE ] || echo "COMMIT;"
		echo ".shell touch written"
		sleep 3
	} | sqlite3 killed.db >/dev/null &
	victim=$!
	tries=0
	until [ -e written ]; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || fail "sqlite3 does not write"
		sleep 0.1
	done
	kill -9 "$victim"
	wait "$victim" 2>/dev/null
	rm -f written
	side=killed.db-journal
	[ $journal = DELETE ] || side=killed.db-wal
	[ -s $side ] || fail "there is no $side"
	cp $side before.side
	refused killed.db "another program"
	cmp -s $side before.side || fail "$side was written to"
done

# Cut off: in the first page, at the end of one, in the middle of the last.
expect 0 "$GUSIM" sweep "$tiny" --seeds 1 --db whole.db
for size in 50 2000 8192 20001; do
	head -c $size whole.db >cut.db
	"$GUSIM" report cut.db -o page >out 2>err
	status=$?
	[ $status -eq 3 ] || fail "$size bytes of a database: status $status"
	says err "cut.db"
	rm -rf page
done
rm -f whole.db

# Damaged in the middle: every page that it has, one after the other.
expect 0 "$GUSIM" sweep "$tiny" --seeds 2 --db good.db
pages=$(sqlite3 good.db "PRAGMA page_count")
page=1
while [ $page -lt "$pages" ]; do
	cp good.db bad.db
	head -c 4096 /dev/urandom | dd of=bad.db bs=4096 seek=$page \
	    conv=notrunc 2>/dev/null
	"$GUSIM" sweep "$tiny" --seeds 3 --resume --db bad.db >out 2>err
	status=$?
	case $status in
	0 | 2) ;;	# a page that it did not look at, or another scenario
	3) says err "bad.db" ;;
	*) fail "page $page is damaged: status $status" ;;
	esac
	page=$((page + 1 + pages / 40))
done

# Locked by another process for longer than anybody waits.
cp good.db locked.db
mkfifo hold
{ echo "BEGIN IMMEDIATE;"; cat hold; } | sqlite3 locked.db &
holder=$!
exec 9>hold
sleep 0.3
expect 3 "$GUSIM" sweep "$tiny" --seeds 1 --db locked.db
says err "locked"
exec 9>&-
wait $holder
expect 0 "$GUSIM" sweep "$tiny" --seeds 1 --db locked.db

# No such folder, a folder, and where nobody may write.
expect 3 "$GUSIM" sweep "$tiny" --seeds 1 --db no/such/folder.db
says err "no/such/folder.db"
says err "there is no such folder"
mkdir folder
expect 3 "$GUSIM" sweep "$tiny" --seeds 1 --db folder
expect 3 "$GUSIM" report folder
says err "a folder, not a database"
expect 3 "$GUSIM" sweep "$tiny" --seeds 1 --db /proc/gusim.db
expect 3 "$GUSIM" run "$tiny" --db /proc/gusim.db
if [ "$(id -u)" -ne 0 ]; then
	mkdir closed
	chmod 500 closed
	expect 3 "$GUSIM" sweep "$tiny" --seeds 1 --db closed/x.db
	cp good.db readonly.db
	chmod 400 readonly.db
	expect 3 "$GUSIM" sweep "$tiny" --seeds 1 --db readonly.db
fi

# An archive that may only be read can still be reported on.  Root may write
# everywhere, so it plays nobody, if nobody may execute the program.
as_nobody=
if [ "$(id -u)" -eq 0 ]; then
	as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
	chmod 755 .
fi
# shellcheck disable=SC2086
if $as_nobody "$GUSIM" --version >/dev/null 2>&1; then
	mkdir archive made
	chmod 777 made
	cp good.db 'archive/50% of?.db'
	chmod 444 'archive/50% of?.db'
	chmod 555 archive
	expect 0 $as_nobody "$GUSIM" report 'archive/50% of?.db' -o made/report
	[ -s made/report/index.html ] || fail "no report of an archive"
	[ "$(ls archive)" = '50% of?.db' ] || fail "a report left files behind"
	expect 3 $as_nobody "$GUSIM" run "$tiny" --db archive/new.db
	says err "its folder may not be written to"
	chmod 755 archive
fi

# No name is no database.
expect 2 "$GUSIM" run "$tiny" --db ''
says err "empty name"

# What SQLite would take for no file at all is the name of one, too.
for name in ':memory:' 'file:odd.db?mode=memory'; do
	expect 0 "$GUSIM" run "$tiny" --db "$name"
	[ "$(sqlite3 "./$name" "SELECT count(*) FROM run")" = 1 ] ||
	    fail "$name was not stored"
	rm -f joined.db
	expect 0 "$GUSIM" merge joined.db "$name"
	says out "1 run new"
done

# A full disk, as a limit on the size of files: what is there is whole.
(
	ulimit -f 700	# blocks of 512 bytes
	expect 3 "$GUSIM" sweep "$tiny" --db full.db
	says err "full.db"
	says err "--resume"
) || exit 1
# What is said to be there is there: not also what was rolled back.
says err "$(sqlite3 full.db "SELECT count(*) || ' runs are committed, '
    FROM run WHERE status <> 'pending'")"
[ "$(sqlite3 full.db 'PRAGMA integrity_check')" = ok ] || fail "full.db is damaged"
[ "$(sqlite3 full.db "SELECT count(*) FROM run WHERE status <> 'pending' AND id NOT IN (SELECT run_id FROM metric)")" = 0 ] ||
    fail "full.db has half a run"
expect 0 "$GUSIM" sweep "$tiny" --db full.db --resume
expect 0 "$GUSIM" sweep "$tiny" --db whole.db
same whole.db full.db

# Too small for even the schema: no file is left behind.
(
	ulimit -f 8
	expect 3 "$GUSIM" sweep "$tiny" --seeds 1 --db none.db
) || exit 1
[ ! -e none.db ] || fail "a database without a schema was left behind"

# A real full disk, where one may be made.
mkdir small
if mount -t tmpfs -o size=300k none small 2>/dev/null; then
	trap 'umount "$work/small"; rm -rf "$work"' EXIT
	expect 3 "$GUSIM" sweep "$tiny" --db small/x.db
	says err "small/x.db"
	[ "$(sqlite3 small/x.db 'PRAGMA integrity_check')" = ok ] ||
	    fail "the database on the full disk is damaged"
fi

# Many who make the same database at the same moment: nobody takes it for that
# of another program, or takes it away from under the others.
for round in 1 2 3 4 5 6 7 8 9 10; do
	rm -f many.db*
	for k in 1 2 3 4; do
		{
			"$GUSIM" sweep "$tiny" --seeds 1 --db many.db -j 1 \
			    >/dev/null 2>many.$k || touch many.failed
		} &
	done
	wait
	[ ! -e many.failed ] || {
		cat many.[1-4] >&2
		fail "round $round: one of four could not work"
	}
	[ "$(sqlite3 many.db 'SELECT count(*) FROM experiment
	    WHERE finished_at IS NOT NULL')" = 4 ] ||
	    fail "round $round: not all four sweeps are there"
done

# Killed while it set the journal of a new file: a file without a number, and
# beside it a journal that leads back to nothing.  Whoever comes next makes it anew.
sqlite3 born.db "PRAGMA journal_mode = WAL" >/dev/null || fail "cannot write"
printf '\331\325\005\371\040\241\143\327\0\0\0\0\0\0\0\0\0\0\0\0\0\0\002\0\0\0\020\0' \
    >born.db-journal
truncate -s 512 born.db-journal
expect 0 "$GUSIM" sweep "$tiny" --seeds 1 --db born.db --resume
