/*
 * fiber_jump(void **save, void *load): saves the callee-saved registers on
 * this stack, stores the stack pointer in *save, takes `load` as the stack
 * pointer and restores.  It returns by `ret`: the processor's guess is where the
 * last call came from, and fibers are mostly left and entered at one place.  A
 * jump would leave that guess to the next return, and so on: each would be wrong
 * by one, up to the code under test.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
	.text
	.globl fiber_jump
	.type fiber_jump, %function
#if defined(__x86_64__)
fiber_jump:
	.cfi_startproc
	pushq %rbp
	pushq %rbx
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	movq %rsp, (%rdi)
	movq %rsi, %rsp
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbx
	popq %rbp
	ret
	.cfi_endproc
#elif defined(__aarch64__)
fiber_jump:
	.cfi_startproc
	sub sp, sp, #160
	stp x19, x20, [sp, #0]
	stp x21, x22, [sp, #16]
	stp x23, x24, [sp, #32]
	stp x25, x26, [sp, #48]
	stp x27, x28, [sp, #64]
	stp x29, x30, [sp, #80]
	stp d8, d9, [sp, #96]
	stp d10, d11, [sp, #112]
	stp d12, d13, [sp, #128]
	stp d14, d15, [sp, #144]
	mov x9, sp
	str x9, [x0]
	mov sp, x1
	ldp x19, x20, [sp, #0]
	ldp x21, x22, [sp, #16]
	ldp x23, x24, [sp, #32]
	ldp x25, x26, [sp, #48]
	ldp x27, x28, [sp, #64]
	ldp x29, x30, [sp, #80]
	ldp d8, d9, [sp, #96]
	ldp d10, d11, [sp, #112]
	ldp d12, d13, [sp, #128]
	ldp d14, d15, [sp, #144]
	add sp, sp, #160
	ret
	.cfi_endproc
#else
#error "gusim needs a context switch for this architecture in fiber_switch.S"
#endif
	.size fiber_jump, .-fiber_jump
	.section .note.GNU-stack,"",%progbits
