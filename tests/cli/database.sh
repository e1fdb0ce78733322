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
sqlite3 newer.db "PRAGMA user_version = 2"
refused newer.db "newer gusim"
head -c 20000 /dev/urandom >noise.db
refused noise.db "not a database"

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

# A full disk, as a limit on the size of files: what is there is whole.
(
	ulimit -f 700	# blocks of 512 bytes
	expect 3 "$GUSIM" sweep "$tiny" --db full.db
	says err "full.db"
	says err "--resume"
) || exit 1
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
