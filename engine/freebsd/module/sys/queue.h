/*
 * queue - how are things strung together?
 *
 * queue(3): lists and queues with links inside of their elements.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_QUEUE_H
#define ENGINE_FREEBSD_MODULE_SYS_QUEUE_H

#include <sys/cdefs.h>

/* --- singly linked, head only ------------------------------------------------ */

#define SLIST_HEAD(name, type)						\
struct name {								\
	struct type *slh_first;						\
}
#define SLIST_HEAD_INITIALIZER(head)	{ NULL }
#define SLIST_ENTRY(type)						\
struct {								\
	struct type *sle_next;						\
}
#define SLIST_EMPTY(head)		((head)->slh_first == NULL)
#define SLIST_FIRST(head)		((head)->slh_first)
#define SLIST_NEXT(element, field)	((element)->field.sle_next)
#define SLIST_INIT(head)		(SLIST_FIRST(head) = NULL)
#define SLIST_FOREACH(var, head, field)					\
	for ((var) = SLIST_FIRST(head); (var) != NULL;			\
	    (var) = SLIST_NEXT(var, field))
#define SLIST_FOREACH_SAFE(var, head, field, after)			\
	for ((var) = SLIST_FIRST(head); (var) != NULL &&		\
	    ((after) = SLIST_NEXT(var, field), 1); (var) = (after))
#define SLIST_INSERT_HEAD(head, element, field) do {			\
	SLIST_NEXT(element, field) = SLIST_FIRST(head);			\
	SLIST_FIRST(head) = (element);					\
} while (0)
#define SLIST_INSERT_AFTER(before, element, field) do {			\
	SLIST_NEXT(element, field) = SLIST_NEXT(before, field);		\
	SLIST_NEXT(before, field) = (element);				\
} while (0)
#define SLIST_REMOVE_HEAD(head, field)					\
	(SLIST_FIRST(head) = SLIST_NEXT(SLIST_FIRST(head), field))
#define SLIST_REMOVE_AFTER(before, field)				\
	(SLIST_NEXT(before, field) =					\
	    SLIST_NEXT(SLIST_NEXT(before, field), field))
#define SLIST_REMOVE(head, element, type, field) do {			\
	struct type **at_ = &SLIST_FIRST(head);				\
	while (*at_ != (element))					\
		at_ = &SLIST_NEXT(*at_, field);				\
	*at_ = SLIST_NEXT(element, field);				\
} while (0)

/* --- singly linked, with a tail ---------------------------------------------- */

#define STAILQ_HEAD(name, type)						\
struct name {								\
	struct type *stqh_first;					\
	struct type **stqh_last;					\
}
#define STAILQ_HEAD_INITIALIZER(head)	{ NULL, &(head).stqh_first }
#define STAILQ_ENTRY(type)						\
struct {								\
	struct type *stqe_next;						\
}
#define STAILQ_EMPTY(head)		((head)->stqh_first == NULL)
#define STAILQ_FIRST(head)		((head)->stqh_first)
#define STAILQ_NEXT(element, field)	((element)->field.stqe_next)
#define STAILQ_LAST(head, type, field)					\
	(STAILQ_EMPTY(head) ? NULL :					\
	    __containerof((head)->stqh_last, struct type, field.stqe_next))
#define STAILQ_INIT(head) do {						\
	STAILQ_FIRST(head) = NULL;					\
	(head)->stqh_last = &STAILQ_FIRST(head);			\
} while (0)
#define STAILQ_FOREACH(var, head, field)				\
	for ((var) = STAILQ_FIRST(head); (var) != NULL;			\
	    (var) = STAILQ_NEXT(var, field))
#define STAILQ_FOREACH_SAFE(var, head, field, after)			\
	for ((var) = STAILQ_FIRST(head); (var) != NULL &&		\
	    ((after) = STAILQ_NEXT(var, field), 1); (var) = (after))
#define STAILQ_INSERT_HEAD(head, element, field) do {			\
	if ((STAILQ_NEXT(element, field) = STAILQ_FIRST(head)) == NULL)	\
		(head)->stqh_last = &STAILQ_NEXT(element, field);	\
	STAILQ_FIRST(head) = (element);					\
} while (0)
#define STAILQ_INSERT_TAIL(head, element, field) do {			\
	STAILQ_NEXT(element, field) = NULL;				\
	*(head)->stqh_last = (element);					\
	(head)->stqh_last = &STAILQ_NEXT(element, field);		\
} while (0)
#define STAILQ_REMOVE_HEAD(head, field) do {				\
	if ((STAILQ_FIRST(head) =					\
	    STAILQ_NEXT(STAILQ_FIRST(head), field)) == NULL)		\
		(head)->stqh_last = &STAILQ_FIRST(head);		\
} while (0)
#define STAILQ_REMOVE(head, element, type, field) do {			\
	struct type **at_ = &STAILQ_FIRST(head);			\
	while (*at_ != (element))					\
		at_ = &STAILQ_NEXT(*at_, field);			\
	if ((*at_ = STAILQ_NEXT(element, field)) == NULL)		\
		(head)->stqh_last = at_;				\
} while (0)
#define STAILQ_CONCAT(to, from) do {					\
	if (!STAILQ_EMPTY(from)) {					\
		*(to)->stqh_last = STAILQ_FIRST(from);			\
		(to)->stqh_last = (from)->stqh_last;			\
		STAILQ_INIT(from);					\
	}								\
} while (0)

/* --- doubly linked, head only -------------------------------------------------- */

#define LIST_HEAD(name, type)						\
struct name {								\
	struct type *lh_first;						\
}
#define LIST_HEAD_INITIALIZER(head)	{ NULL }
#define LIST_ENTRY(type)						\
struct {								\
	struct type *le_next;						\
	struct type **le_prev;						\
}
#define LIST_EMPTY(head)		((head)->lh_first == NULL)
#define LIST_FIRST(head)		((head)->lh_first)
#define LIST_NEXT(element, field)	((element)->field.le_next)
#define LIST_INIT(head)			(LIST_FIRST(head) = NULL)
#define LIST_FOREACH(var, head, field)					\
	for ((var) = LIST_FIRST(head); (var) != NULL;			\
	    (var) = LIST_NEXT(var, field))
#define LIST_FOREACH_SAFE(var, head, field, after)			\
	for ((var) = LIST_FIRST(head); (var) != NULL &&			\
	    ((after) = LIST_NEXT(var, field), 1); (var) = (after))
#define LIST_INSERT_HEAD(head, element, field) do {			\
	if ((LIST_NEXT(element, field) = LIST_FIRST(head)) != NULL)	\
		LIST_FIRST(head)->field.le_prev =			\
		    &LIST_NEXT(element, field);				\
	LIST_FIRST(head) = (element);					\
	(element)->field.le_prev = &LIST_FIRST(head);			\
} while (0)
#define LIST_INSERT_AFTER(before, element, field) do {			\
	if ((LIST_NEXT(element, field) = LIST_NEXT(before, field)) != NULL) \
		LIST_NEXT(before, field)->field.le_prev =		\
		    &LIST_NEXT(element, field);				\
	LIST_NEXT(before, field) = (element);				\
	(element)->field.le_prev = &LIST_NEXT(before, field);		\
} while (0)
#define LIST_INSERT_BEFORE(after, element, field) do {			\
	(element)->field.le_prev = (after)->field.le_prev;		\
	LIST_NEXT(element, field) = (after);				\
	*(after)->field.le_prev = (element);				\
	(after)->field.le_prev = &LIST_NEXT(element, field);		\
} while (0)
#define LIST_REMOVE(element, field) do {				\
	if (LIST_NEXT(element, field) != NULL)				\
		LIST_NEXT(element, field)->field.le_prev =		\
		    (element)->field.le_prev;				\
	*(element)->field.le_prev = LIST_NEXT(element, field);		\
} while (0)

/* --- doubly linked, with a tail -------------------------------------------------- */

#define TAILQ_HEAD(name, type)						\
struct name {								\
	struct type *tqh_first;						\
	struct type **tqh_last;						\
}
#define TAILQ_HEAD_INITIALIZER(head)	{ NULL, &(head).tqh_first }
#define TAILQ_ENTRY(type)						\
struct {								\
	struct type *tqe_next;						\
	struct type **tqe_prev;						\
}
#define TAILQ_EMPTY(head)		((head)->tqh_first == NULL)
#define TAILQ_FIRST(head)		((head)->tqh_first)
#define TAILQ_NEXT(element, field)	((element)->field.tqe_next)
#define TAILQ_LAST(head, name)						\
	(*((struct name *)((head)->tqh_last))->tqh_last)
#define TAILQ_PREV(element, name, field)				\
	(*((struct name *)((element)->field.tqe_prev))->tqh_last)
#define TAILQ_INIT(head) do {						\
	TAILQ_FIRST(head) = NULL;					\
	(head)->tqh_last = &TAILQ_FIRST(head);				\
} while (0)
#define TAILQ_FOREACH(var, head, field)					\
	for ((var) = TAILQ_FIRST(head); (var) != NULL;			\
	    (var) = TAILQ_NEXT(var, field))
#define TAILQ_FOREACH_SAFE(var, head, field, after)			\
	for ((var) = TAILQ_FIRST(head); (var) != NULL &&		\
	    ((after) = TAILQ_NEXT(var, field), 1); (var) = (after))
#define TAILQ_FOREACH_REVERSE(var, head, name, field)			\
	for ((var) = TAILQ_LAST(head, name); (var) != NULL;		\
	    (var) = TAILQ_PREV(var, name, field))
#define TAILQ_INSERT_HEAD(head, element, field) do {			\
	if ((TAILQ_NEXT(element, field) = TAILQ_FIRST(head)) != NULL)	\
		TAILQ_FIRST(head)->field.tqe_prev =			\
		    &TAILQ_NEXT(element, field);			\
	else								\
		(head)->tqh_last = &TAILQ_NEXT(element, field);		\
	TAILQ_FIRST(head) = (element);					\
	(element)->field.tqe_prev = &TAILQ_FIRST(head);			\
} while (0)
#define TAILQ_INSERT_TAIL(head, element, field) do {			\
	TAILQ_NEXT(element, field) = NULL;				\
	(element)->field.tqe_prev = (head)->tqh_last;			\
	*(head)->tqh_last = (element);					\
	(head)->tqh_last = &TAILQ_NEXT(element, field);			\
} while (0)
#define TAILQ_INSERT_AFTER(head, before, element, field) do {		\
	if ((TAILQ_NEXT(element, field) = TAILQ_NEXT(before, field)) != \
	    NULL)							\
		TAILQ_NEXT(element, field)->field.tqe_prev =		\
		    &TAILQ_NEXT(element, field);			\
	else								\
		(head)->tqh_last = &TAILQ_NEXT(element, field);		\
	TAILQ_NEXT(before, field) = (element);				\
	(element)->field.tqe_prev = &TAILQ_NEXT(before, field);		\
} while (0)
#define TAILQ_INSERT_BEFORE(after, element, field) do {			\
	(element)->field.tqe_prev = (after)->field.tqe_prev;		\
	TAILQ_NEXT(element, field) = (after);				\
	*(after)->field.tqe_prev = (element);				\
	(after)->field.tqe_prev = &TAILQ_NEXT(element, field);		\
} while (0)
#define TAILQ_REMOVE(head, element, field) do {				\
	if (TAILQ_NEXT(element, field) != NULL)				\
		TAILQ_NEXT(element, field)->field.tqe_prev =		\
		    (element)->field.tqe_prev;				\
	else								\
		(head)->tqh_last = (element)->field.tqe_prev;		\
	*(element)->field.tqe_prev = TAILQ_NEXT(element, field);	\
} while (0)
#define TAILQ_CONCAT(to, from, field) do {				\
	if (!TAILQ_EMPTY(from)) {					\
		*(to)->tqh_last = TAILQ_FIRST(from);			\
		TAILQ_FIRST(from)->field.tqe_prev = (to)->tqh_last;	\
		(to)->tqh_last = (from)->tqh_last;			\
		TAILQ_INIT(from);					\
	}								\
} while (0)

#endif
