;; A matrix times an embedding, in float32 with SIMD: the dot products of all examples with it, most of the cost of an answer.
;; product.wasm.json holds the compiled form; `npm run kernel` makes it.
(module
  (import "env" "memory" (memory 0))
  (func (export "multiply")
    (param $rows i32) (param $d i32) (param $embedding i32) (param $row i32) (param $out i32)
    (local $at i32) (local $whole i32) (local $end i32) (local $last i32) (local $tail f32)
    (local $a v128) (local $b v128) (local $c v128) (local $e v128)
    ;; all in bytes from here on; each step takes 16 numbers, 64 bytes
    (local.set $d (i32.shl (local.get $d) (i32.const 2)))
    (local.set $whole (i32.and (local.get $d) (i32.const -64)))
    (local.set $last (i32.add (local.get $out) (i32.shl (local.get $rows) (i32.const 2))))
    (block $done
      (loop $rows_left
        (br_if $done (i32.ge_u (local.get $out) (local.get $last)))
        ;; four sums of four numbers, so that no addition waits for the one before it
        (local.set $a (v128.const f32x4 0 0 0 0))
        (local.set $b (v128.const f32x4 0 0 0 0))
        (local.set $c (v128.const f32x4 0 0 0 0))
        (local.set $e (v128.const f32x4 0 0 0 0))
        (local.set $tail (f32.const 0))
        (local.set $at (local.get $embedding))
        (local.set $end (i32.add (local.get $embedding) (local.get $whole)))
        (block $steps_done
          (loop $steps
            (br_if $steps_done (i32.ge_u (local.get $at) (local.get $end)))
            (local.set $a (f32x4.add (local.get $a)
              (f32x4.mul (v128.load align=4 (local.get $at)) (v128.load align=4 (local.get $row)))))
            (local.set $b (f32x4.add (local.get $b)
              (f32x4.mul (v128.load offset=16 align=4 (local.get $at)) (v128.load offset=16 align=4 (local.get $row)))))
            (local.set $c (f32x4.add (local.get $c)
              (f32x4.mul (v128.load offset=32 align=4 (local.get $at)) (v128.load offset=32 align=4 (local.get $row)))))
            (local.set $e (f32x4.add (local.get $e)
              (f32x4.mul (v128.load offset=48 align=4 (local.get $at)) (v128.load offset=48 align=4 (local.get $row)))))
            (local.set $at (i32.add (local.get $at) (i32.const 64)))
            (local.set $row (i32.add (local.get $row) (i32.const 64)))
            (br $steps)))
        (local.set $end (i32.add (local.get $embedding) (local.get $d)))
        (block $tail_done
          (loop $tail_left
            (br_if $tail_done (i32.ge_u (local.get $at) (local.get $end)))
            (local.set $tail (f32.add (local.get $tail)
              (f32.mul (f32.load (local.get $at)) (f32.load (local.get $row)))))
            (local.set $at (i32.add (local.get $at) (i32.const 4)))
            (local.set $row (i32.add (local.get $row) (i32.const 4)))
            (br $tail_left)))
        (local.set $a (f32x4.add
          (f32x4.add (local.get $a) (local.get $b))
          (f32x4.add (local.get $c) (local.get $e))))
        (f32.store (local.get $out)
          (f32.add (local.get $tail)
            (f32.add
              (f32.add (f32x4.extract_lane 0 (local.get $a)) (f32x4.extract_lane 1 (local.get $a)))
              (f32.add (f32x4.extract_lane 2 (local.get $a)) (f32x4.extract_lane 3 (local.get $a))))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (br $rows_left)))))
