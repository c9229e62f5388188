// How a line stands in the page: drawn by the schema, but kept while it is being composed in.

import { DOMSerializer, type Node } from "prosemirror-model";
import { Plugin, PluginKey } from "prosemirror-state";
import {
  Decoration,
  DecorationSet,
  type EditorView,
  type NodeView,
  type ViewMutationRecord,
} from "prosemirror-view";
import { composedIn, keepComposition } from "./composition";
import { itemAttributes, outerAttributes, shapeOf } from "./schema";
import type { EditorWords } from "./words";

const redrawn = new PluginKey<DecorationSet>("redrawn");

/** Lets a line be drawn again without a change of the document: a decoration that says nothing. */
export function redrawing(): Plugin {
  return new Plugin<DecorationSet>({
    key: redrawn,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, value) {
        const position: number | undefined = tr.getMeta(redrawn);
        if (position === undefined) return tr.docChanged ? DecorationSet.empty : value;
        const end = position + (tr.doc.nodeAt(position)?.nodeSize ?? 0);
        return DecorationSet.create(tr.doc, [Decoration.node(position, end, {}, { redraw: true })]);
      },
    },
    props: { decorations: (state) => redrawn.getState(state) },
  });
}

type Place = () => number | undefined;

function setAttributes(element: Element, wanted: Record<string, string>, names: string[]): void {
  for (const name of names) {
    const value = wanted[name];
    if (value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}

const OUTER = ["class", "data-kind", "data-indent", "data-quote", "data-checked", "data-lang"];

export class LineView implements NodeView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement;
  private readonly box: HTMLInputElement | null = null;
  private readonly shape: string;
  private waiting = false;

  constructor(
    private node: Node,
    private readonly view: EditorView,
    private readonly place: Place,
    words: EditorWords,
  ) {
    const { dom, contentDOM } = DOMSerializer.renderSpec(
      document,
      node.type.spec.toDOM?.(node) ?? ["p", 0],
    );
    this.dom = dom as HTMLElement;
    this.shape = shapeOf(node);
    if (this.shape.endsWith("task")) {
      this.box = this.makeBox(words);
      const holder = document.createElement("span");
      holder.className = "task-text";
      contentDOM?.append(this.box, holder);
      this.contentDOM = holder;
    } else {
      this.contentDOM = contentDOM ?? this.dom;
    }
    this.draw();
  }

  update(node: Node): boolean {
    if (node.type !== this.node.type) return false;
    const composed = composedIn(this.view, this.contentDOM);
    if (shapeOf(node) !== this.shape) {
      if (composed === null) return false;
      // Another element now would tear the keyboard's word away from it: draw when it is done.
      this.redrawAfterComposition();
    }
    if (composed !== null) keepComposition(this.view, composed, this.node, node);
    this.node = node;
    this.draw();
    return true;
  }

  stopEvent(event: Event): boolean {
    return this.box !== null && event.target === this.box;
  }

  ignoreMutation(mutation: ViewMutationRecord): boolean {
    return this.box !== null && mutation.target === this.box;
  }

  private draw(): void {
    setAttributes(this.dom, outerAttributes(this.node), OUTER);
    const item = this.dom.querySelector("li");
    if (item !== null) setAttributes(item, itemAttributes(this.node), ["aria-level"]);
    if (this.box !== null) {
      this.box.checked = Boolean(this.node.attrs["checked"]);
      this.box.disabled = !this.view.editable;
    }
  }

  private makeBox(words: EditorWords): HTMLInputElement {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.contentEditable = "false";
    // Reached by clicking, or with Ctrl+Enter from the text: not one more stop of Tab for each task.
    box.tabIndex = -1;
    box.setAttribute("aria-label", words.taskDone);
    box.addEventListener("change", () => {
      const position = this.place();
      if (position === undefined || !this.view.editable) {
        this.draw();
        return;
      }
      const checked = box.checked ? true : null;
      this.view.dispatch(this.view.state.tr.setNodeAttribute(position, "checked", checked));
    });
    return box;
  }

  private redrawAfterComposition(): void {
    if (this.waiting) return;
    this.waiting = true;
    const redraw = () => {
      if (this.view.isDestroyed) return;
      if (this.view.composing) {
        window.setTimeout(redraw, 50);
        return;
      }
      this.waiting = false;
      const position = this.place();
      if (position === undefined || shapeOf(this.node) === this.shape) return;
      this.view.dispatch(this.view.state.tr.setMeta(redrawn, position));
    };
    this.view.dom.addEventListener("compositionend", () => window.setTimeout(redraw, 50), {
      once: true,
    });
  }
}
