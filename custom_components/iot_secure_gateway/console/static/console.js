// Built by scripts/frontend from frontend/src..
var C5=Object.defineProperty;var H5=Object.getOwnPropertyDescriptor;var A=(M,H,C,V)=>{for(var L=V>1?void 0:V?H5(H,C):H,r=M.length-1,e;r>=0;r--)(e=M[r])&&(L=(V?e(H,C,L):e(L))||L);return V&&L&&C5(H,C,L),L};var r2="M11 10V12H9V14H7V12H5.8C5.4 13.2 4.3 14 3 14C1.3 14 0 12.7 0 11S1.3 8 3 8C4.3 8 5.4 8.8 5.8 10H11M3 10C2.4 10 2 10.4 2 11S2.4 12 3 12 4 11.6 4 11 3.6 10 3 10M16 14C18.7 14 24 15.3 24 18V20H8V18C8 15.3 13.3 14 16 14M16 12C13.8 12 12 10.2 12 8S13.8 4 16 4 20 5.8 20 8 18.2 12 16 12Z";var e2="M20,11V13H8L13.5,18.5L12.08,19.92L4.16,12L12.08,4.08L13.5,5.5L8,11H20Z";var t2="M15.41,16.58L10.83,12L15.41,7.41L14,6L8,12L14,18L15.41,16.58Z";var i2="M8.59,16.58L13.17,12L8.59,7.41L10,6L16,12L10,18L8.59,16.58Z";var q="M19,4H15.5L14.5,3H9.5L8.5,4H5V6H19M6,19A2,2 0 0,0 8,21H16A2,2 0 0,0 18,19V7H6V19Z";var o2="M12,17A2,2 0 0,0 14,15C14,13.89 13.1,13 12,13A2,2 0 0,0 10,15A2,2 0 0,0 12,17M18,8A2,2 0 0,1 20,10V20A2,2 0 0,1 18,22H6A2,2 0 0,1 4,20V10C4,8.89 4.9,8 6,8H7V6A5,5 0 0,1 12,1A5,5 0 0,1 17,6V8H18M12,3A3,3 0 0,0 9,6V8H15V6A3,3 0 0,0 12,3Z";var n1="M20.71,7.04C21.1,6.65 21.1,6 20.71,5.63L18.37,3.29C18,2.9 17.35,2.9 16.96,3.29L15.12,5.12L18.87,8.87M3,17.25V21H6.75L17.81,9.93L14.06,6.18L3,17.25Z";var l1="M19,13H13V19H11V13H5V11H11V5H13V11H19V13Z";var a2="M11,13H13V16H16V11H18L12,6L6,11H8V16H11V13M12,1L21,5V11C21,16.55 17.16,21.74 12,23C6.84,21.74 3,16.55 3,11V5L12,1Z";var A2="M16.8 17C16.4 15.8 15.3 15 14 15C12.3 15 11 16.3 11 18S12.3 21 14 21C15.3 21 16.4 20.2 16.8 19H19V21H21V19H23V17H16.8M14 19C13.4 19 13 18.5 13 18S13.4 17 14 17 15 17.5 15 18 14.6 19 14 19M9 18H4V14H10V15C10.9 13.8 12.4 13 14 13C15.1 13 16.1 13.4 17 14H18V15H20V6C20 4.9 19.1 4 18 4H4C2.9 4 2 4.9 2 6V18C2 19.1 2.9 20 4 20H9.4C9.1 19.4 9 18.7 9 18M12 8H18V12H12V8M4 8H10V12H4V8Z";var v1=globalThis,x1=v1.ShadowRoot&&(v1.ShadyCSS===void 0||v1.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,F1=Symbol(),d2=new WeakMap,V1=class{constructor(H,C,V){if(this._$cssResult$=!0,V!==F1)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=H,this.t=C}get styleSheet(){let H=this.o,C=this.t;if(x1&&H===void 0){let V=C!==void 0&&C.length===1;V&&(H=d2.get(C)),H===void 0&&((this.o=H=new CSSStyleSheet).replaceSync(this.cssText),V&&d2.set(C,H))}return H}toString(){return this.cssText}},p2=M=>new V1(typeof M=="string"?M:M+"",void 0,F1),s=(M,...H)=>{let C=M.length===1?M[0]:H.reduce((V,L,r)=>V+(e=>{if(e._$cssResult$===!0)return e.cssText;if(typeof e=="number")return e;throw Error("Value passed to 'css' function must be a 'css' function result: "+e+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(L)+M[r+1],M[0]);return new V1(C,M,F1)},m2=(M,H)=>{if(x1)M.adoptedStyleSheets=H.map(C=>C instanceof CSSStyleSheet?C:C.styleSheet);else for(let C of H){let V=document.createElement("style"),L=v1.litNonce;L!==void 0&&V.setAttribute("nonce",L),V.textContent=C.cssText,M.appendChild(V)}},D1=x1?M=>M:M=>M instanceof CSSStyleSheet?(H=>{let C="";for(let V of H.cssRules)C+=V.cssText;return p2(C)})(M):M;var{is:V5,defineProperty:L5,getOwnPropertyDescriptor:M5,getOwnPropertyNames:r5,getOwnPropertySymbols:e5,getPrototypeOf:t5}=Object,s1=globalThis,n2=s1.trustedTypes,i5=n2?n2.emptyScript:"",o5=s1.reactiveElementPolyfillSupport,L1=(M,H)=>M,M1={toAttribute(M,H){switch(H){case Boolean:M=M?i5:null;break;case Object:case Array:M=M==null?M:JSON.stringify(M)}return M},fromAttribute(M,H){let C=M;switch(H){case Boolean:C=M!==null;break;case Number:C=M===null?null:Number(M);break;case Object:case Array:try{C=JSON.parse(M)}catch{C=null}}return C}},Z1=(M,H)=>!V5(M,H),l2={attribute:!0,type:String,converter:M1,reflect:!1,useDefault:!1,hasChanged:Z1};Symbol.metadata??=Symbol("metadata"),s1.litPropertyMetadata??=new WeakMap;var F=class extends HTMLElement{static addInitializer(H){this._$Ei(),(this.l??=[]).push(H)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(H,C=l2){if(C.state&&(C.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(H)&&((C=Object.create(C)).wrapped=!0),this.elementProperties.set(H,C),!C.noAccessor){let V=Symbol(),L=this.getPropertyDescriptor(H,V,C);L!==void 0&&L5(this.prototype,H,L)}}static getPropertyDescriptor(H,C,V){let{get:L,set:r}=M5(this.prototype,H)??{get(){return this[C]},set(e){this[C]=e}};return{get:L,set(e){let i=L?.call(this);r?.call(this,e),this.requestUpdate(H,i,V)},configurable:!0,enumerable:!0}}static getPropertyOptions(H){return this.elementProperties.get(H)??l2}static _$Ei(){if(this.hasOwnProperty(L1("elementProperties")))return;let H=t5(this);H.finalize(),H.l!==void 0&&(this.l=[...H.l]),this.elementProperties=new Map(H.elementProperties)}static finalize(){if(this.hasOwnProperty(L1("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(L1("properties"))){let C=this.properties,V=[...r5(C),...e5(C)];for(let L of V)this.createProperty(L,C[L])}let H=this[Symbol.metadata];if(H!==null){let C=litPropertyMetadata.get(H);if(C!==void 0)for(let[V,L]of C)this.elementProperties.set(V,L)}this._$Eh=new Map;for(let[C,V]of this.elementProperties){let L=this._$Eu(C,V);L!==void 0&&this._$Eh.set(L,C)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(H){let C=[];if(Array.isArray(H)){let V=new Set(H.flat(1/0).reverse());for(let L of V)C.unshift(D1(L))}else H!==void 0&&C.push(D1(H));return C}static _$Eu(H,C){let V=C.attribute;return V===!1?void 0:typeof V=="string"?V:typeof H=="string"?H.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(H=>this.enableUpdating=H),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(H=>H(this))}addController(H){(this._$EO??=new Set).add(H),this.renderRoot!==void 0&&this.isConnected&&H.hostConnected?.()}removeController(H){this._$EO?.delete(H)}_$E_(){let H=new Map,C=this.constructor.elementProperties;for(let V of C.keys())this.hasOwnProperty(V)&&(H.set(V,this[V]),delete this[V]);H.size>0&&(this._$Ep=H)}createRenderRoot(){let H=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return m2(H,this.constructor.elementStyles),H}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(H=>H.hostConnected?.())}enableUpdating(H){}disconnectedCallback(){this._$EO?.forEach(H=>H.hostDisconnected?.())}attributeChangedCallback(H,C,V){this._$AK(H,V)}_$ET(H,C){let V=this.constructor.elementProperties.get(H),L=this.constructor._$Eu(H,V);if(L!==void 0&&V.reflect===!0){let r=(V.converter?.toAttribute!==void 0?V.converter:M1).toAttribute(C,V.type);this._$Em=H,r==null?this.removeAttribute(L):this.setAttribute(L,r),this._$Em=null}}_$AK(H,C){let V=this.constructor,L=V._$Eh.get(H);if(L!==void 0&&this._$Em!==L){let r=V.getPropertyOptions(L),e=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:M1;this._$Em=L;let i=e.fromAttribute(C,r.type);this[L]=i??this._$Ej?.get(L)??i,this._$Em=null}}requestUpdate(H,C,V,L=!1,r){if(H!==void 0){let e=this.constructor;if(L===!1&&(r=this[H]),V??=e.getPropertyOptions(H),!((V.hasChanged??Z1)(r,C)||V.useDefault&&V.reflect&&r===this._$Ej?.get(H)&&!this.hasAttribute(e._$Eu(H,V))))return;this.C(H,C,V)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(H,C,{useDefault:V,reflect:L,wrapped:r},e){V&&!(this._$Ej??=new Map).has(H)&&(this._$Ej.set(H,e??C??this[H]),r!==!0||e!==void 0)||(this._$AL.has(H)||(this.hasUpdated||V||(C=void 0),this._$AL.set(H,C)),L===!0&&this._$Em!==H&&(this._$Eq??=new Set).add(H))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(C){Promise.reject(C)}let H=this.scheduleUpdate();return H!=null&&await H,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[L,r]of this._$Ep)this[L]=r;this._$Ep=void 0}let V=this.constructor.elementProperties;if(V.size>0)for(let[L,r]of V){let{wrapped:e}=r,i=this[L];e!==!0||this._$AL.has(L)||i===void 0||this.C(L,void 0,r,i)}}let H=!1,C=this._$AL;try{H=this.shouldUpdate(C),H?(this.willUpdate(C),this._$EO?.forEach(V=>V.hostUpdate?.()),this.update(C)):this._$EM()}catch(V){throw H=!1,this._$EM(),V}H&&this._$AE(C)}willUpdate(H){}_$AE(H){this._$EO?.forEach(C=>C.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(H)),this.updated(H)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(H){return!0}update(H){this._$Eq&&=this._$Eq.forEach(C=>this._$ET(C,this[C])),this._$EM()}updated(H){}firstUpdated(H){}};F.elementStyles=[],F.shadowRootOptions={mode:"open"},F[L1("elementProperties")]=new Map,F[L1("finalized")]=new Map,o5?.({ReactiveElement:F}),(s1.reactiveElementVersions??=[]).push("2.1.2");var U1=globalThis,v2=M=>M,u1=U1.trustedTypes,x2=u1?u1.createPolicy("lit-html",{createHTML:M=>M}):void 0,h2="$lit$",N=`lit$${Math.random().toFixed(9).slice(2)}$`,O2="?"+N,a5=`<${O2}>`,G=document,e1=()=>G.createComment(""),t1=M=>M===null||typeof M!="object"&&typeof M!="function",G1=Array.isArray,A5=M=>G1(M)||typeof M?.[Symbol.iterator]=="function",$1=`[ 	
\f\r]`,r1=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,s2=/-->/g,Z2=/>/g,I=RegExp(`>|${$1}(?:([^\\s"'>=/]+)(${$1}*=${$1}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),u2=/'/g,S2=/"/g,g2=/^(?:script|style|textarea|title)$/i,Q1=M=>(H,...C)=>({_$litType$:M,strings:H,values:C}),t=Q1(1),z1=Q1(2),_5=Q1(3),Q=Symbol.for("lit-noChange"),a=Symbol.for("lit-nothing"),c2=new WeakMap,U=G.createTreeWalker(G,129);function f2(M,H){if(!G1(M)||!M.hasOwnProperty("raw"))throw Error("invalid template strings array");return x2!==void 0?x2.createHTML(H):H}var d5=(M,H)=>{let C=M.length-1,V=[],L,r=H===2?"<svg>":H===3?"<math>":"",e=r1;for(let i=0;i<C;i++){let o=M[i],p,m,d=-1,S=0;for(;S<o.length&&(e.lastIndex=S,m=e.exec(o),m!==null);)S=e.lastIndex,e===r1?m[1]==="!--"?e=s2:m[1]!==void 0?e=Z2:m[2]!==void 0?(g2.test(m[2])&&(L=RegExp("</"+m[2],"g")),e=I):m[3]!==void 0&&(e=I):e===I?m[0]===">"?(e=L??r1,d=-1):m[1]===void 0?d=-2:(d=e.lastIndex-m[2].length,p=m[1],e=m[3]===void 0?I:m[3]==='"'?S2:u2):e===S2||e===u2?e=I:e===s2||e===Z2?e=r1:(e=I,L=void 0);let y=e===I&&M[i+1].startsWith("/>")?" ":"";r+=e===r1?o+a5:d>=0?(V.push(p),o.slice(0,d)+h2+o.slice(d)+N+y):o+N+(d===-2?i:y)}return[f2(M,r+(M[C]||"<?>")+(H===2?"</svg>":H===3?"</math>":"")),V]},i1=class M{constructor({strings:H,_$litType$:C},V){let L;this.parts=[];let r=0,e=0,i=H.length-1,o=this.parts,[p,m]=d5(H,C);if(this.el=M.createElement(p,V),U.currentNode=this.el.content,C===2||C===3){let d=this.el.content.firstChild;d.replaceWith(...d.childNodes)}for(;(L=U.nextNode())!==null&&o.length<i;){if(L.nodeType===1){if(L.hasAttributes())for(let d of L.getAttributeNames())if(d.endsWith(h2)){let S=m[e++],y=L.getAttribute(d).split(N),_=/([.?@])?(.*)/.exec(S);o.push({type:1,index:r,name:_[2],strings:y,ctor:_[1]==="."?_1:_[1]==="?"?N1:_[1]==="@"?W1:Y}),L.removeAttribute(d)}else d.startsWith(N)&&(o.push({type:6,index:r}),L.removeAttribute(d));if(g2.test(L.tagName)){let d=L.textContent.split(N),S=d.length-1;if(S>0){L.textContent=u1?u1.emptyScript:"";for(let y=0;y<S;y++)L.append(d[y],e1()),U.nextNode(),o.push({type:2,index:++r});L.append(d[S],e1())}}}else if(L.nodeType===8)if(L.data===O2)o.push({type:2,index:r});else{let d=-1;for(;(d=L.data.indexOf(N,d+1))!==-1;)o.push({type:7,index:r}),d+=N.length-1}r++}}static createElement(H,C){let V=G.createElement("template");return V.innerHTML=H,V}};function X(M,H,C=M,V){if(H===Q)return H;let L=V!==void 0?C._$Co?.[V]:C._$Cl,r=t1(H)?void 0:H._$litDirective$;return L?.constructor!==r&&(L?._$AO?.(!1),r===void 0?L=void 0:(L=new r(M),L._$AT(M,C,V)),V!==void 0?(C._$Co??=[])[V]=L:C._$Cl=L),L!==void 0&&(H=X(M,L._$AS(M,H.values),L,V)),H}var E1=class{constructor(H,C){this._$AV=[],this._$AN=void 0,this._$AD=H,this._$AM=C}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(H){let{el:{content:C},parts:V}=this._$AD,L=(H?.creationScope??G).importNode(C,!0);U.currentNode=L;let r=U.nextNode(),e=0,i=0,o=V[0];for(;o!==void 0;){if(e===o.index){let p;o.type===2?p=new o1(r,r.nextSibling,this,H):o.type===1?p=new o.ctor(r,o.name,o.strings,this,H):o.type===6&&(p=new I1(r,this,H)),this._$AV.push(p),o=V[++i]}e!==o?.index&&(r=U.nextNode(),e++)}return U.currentNode=G,L}p(H){let C=0;for(let V of this._$AV)V!==void 0&&(V.strings!==void 0?(V._$AI(H,V,C),C+=V.strings.length-2):V._$AI(H[C])),C++}},o1=class M{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(H,C,V,L){this.type=2,this._$AH=a,this._$AN=void 0,this._$AA=H,this._$AB=C,this._$AM=V,this.options=L,this._$Cv=L?.isConnected??!0}get parentNode(){let H=this._$AA.parentNode,C=this._$AM;return C!==void 0&&H?.nodeType===11&&(H=C.parentNode),H}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(H,C=this){H=X(this,H,C),t1(H)?H===a||H==null||H===""?(this._$AH!==a&&this._$AR(),this._$AH=a):H!==this._$AH&&H!==Q&&this._(H):H._$litType$!==void 0?this.$(H):H.nodeType!==void 0?this.T(H):A5(H)?this.k(H):this._(H)}O(H){return this._$AA.parentNode.insertBefore(H,this._$AB)}T(H){this._$AH!==H&&(this._$AR(),this._$AH=this.O(H))}_(H){this._$AH!==a&&t1(this._$AH)?this._$AA.nextSibling.data=H:this.T(G.createTextNode(H)),this._$AH=H}$(H){let{values:C,_$litType$:V}=H,L=typeof V=="number"?this._$AC(H):(V.el===void 0&&(V.el=i1.createElement(f2(V.h,V.h[0]),this.options)),V);if(this._$AH?._$AD===L)this._$AH.p(C);else{let r=new E1(L,this),e=r.u(this.options);r.p(C),this.T(e),this._$AH=r}}_$AC(H){let C=c2.get(H.strings);return C===void 0&&c2.set(H.strings,C=new i1(H)),C}k(H){G1(this._$AH)||(this._$AH=[],this._$AR());let C=this._$AH,V,L=0;for(let r of H)L===C.length?C.push(V=new M(this.O(e1()),this.O(e1()),this,this.options)):V=C[L],V._$AI(r),L++;L<C.length&&(this._$AR(V&&V._$AB.nextSibling,L),C.length=L)}_$AR(H=this._$AA.nextSibling,C){for(this._$AP?.(!1,!0,C);H!==this._$AB;){let V=v2(H).nextSibling;v2(H).remove(),H=V}}setConnected(H){this._$AM===void 0&&(this._$Cv=H,this._$AP?.(H))}},Y=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(H,C,V,L,r){this.type=1,this._$AH=a,this._$AN=void 0,this.element=H,this.name=C,this._$AM=L,this.options=r,V.length>2||V[0]!==""||V[1]!==""?(this._$AH=Array(V.length-1).fill(new String),this.strings=V):this._$AH=a}_$AI(H,C=this,V,L){let r=this.strings,e=!1;if(r===void 0)H=X(this,H,C,0),e=!t1(H)||H!==this._$AH&&H!==Q,e&&(this._$AH=H);else{let i=H,o,p;for(H=r[0],o=0;o<r.length-1;o++)p=X(this,i[V+o],C,o),p===Q&&(p=this._$AH[o]),e||=!t1(p)||p!==this._$AH[o],p===a?H=a:H!==a&&(H+=(p??"")+r[o+1]),this._$AH[o]=p}e&&!L&&this.j(H)}j(H){H===a?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,H??"")}},_1=class extends Y{constructor(){super(...arguments),this.type=3}j(H){this.element[this.name]=H===a?void 0:H}},N1=class extends Y{constructor(){super(...arguments),this.type=4}j(H){this.element.toggleAttribute(this.name,!!H&&H!==a)}},W1=class extends Y{constructor(H,C,V,L,r){super(H,C,V,L,r),this.type=5}_$AI(H,C=this){if((H=X(this,H,C,0)??a)===Q)return;let V=this._$AH,L=H===a&&V!==a||H.capture!==V.capture||H.once!==V.once||H.passive!==V.passive,r=H!==a&&(V===a||L);L&&this.element.removeEventListener(this.name,this,V),r&&this.element.addEventListener(this.name,this,H),this._$AH=H}handleEvent(H){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,H):this._$AH.handleEvent(H)}},I1=class{constructor(H,C,V){this.element=H,this.type=6,this._$AN=void 0,this._$AM=C,this.options=V}get _$AU(){return this._$AM._$AU}_$AI(H){X(this,H)}};var p5=U1.litHtmlPolyfillSupport;p5?.(i1,o1),(U1.litHtmlVersions??=[]).push("3.3.3");var k2=(M,H,C)=>{let V=C?.renderBefore??H,L=V._$litPart$;if(L===void 0){let r=C?.renderBefore??null;V._$litPart$=L=new o1(H.insertBefore(e1(),r),r,void 0,C??{})}return L._$AI(M),L};var K1=globalThis,Z=class extends F{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let H=super.createRenderRoot();return this.renderOptions.renderBefore??=H.firstChild,H}update(H){let C=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(H),this._$Do=k2(C,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return Q}};Z._$litElement$=!0,Z.finalized=!0,K1.litElementHydrateSupport?.({LitElement:Z});var m5=K1.litElementPolyfillSupport;m5?.({LitElement:Z});(K1.litElementVersions??=[]).push("4.2.2");var n5={attribute:!0,type:String,converter:M1,reflect:!1,hasChanged:Z1},l5=(M=n5,H,C)=>{let{kind:V,metadata:L}=C,r=globalThis.litPropertyMetadata.get(L);if(r===void 0&&globalThis.litPropertyMetadata.set(L,r=new Map),V==="setter"&&((M=Object.create(M)).wrapped=!0),r.set(C.name,M),V==="accessor"){let{name:e}=C;return{set(i){let o=H.get.call(this);H.set.call(this,i),this.requestUpdate(e,o,M,!0,i)},init(i){return i!==void 0&&this.C(e,void 0,M,i),i}}}if(V==="setter"){let{name:e}=C;return function(i){let o=this[e];H.call(this,i),this.requestUpdate(e,o,M,!0,i)}}throw Error("Unsupported decorator location: "+V)};function n(M){return(H,C)=>typeof C=="object"?l5(M,H,C):((V,L,r)=>{let e=L.hasOwnProperty(r);return L.constructor.createProperty(r,V),e?Object.getOwnPropertyDescriptor(L,r):void 0})(M,H,C)}function l(M){return n({...M,state:!0,attribute:!1})}var v5=["hass-tabs-subpage","ha-card","ha-button","ha-icon-button","ha-icon","ha-svg-icon","ha-alert","ha-form","ha-dialog","ha-dialog-footer","ha-spinner"];function c1(){return v5.filter(M=>!customElements.get(M))}async function w2(){let M=Promise.all(c1().map(H=>customElements.whenDefined(H)));await Promise.race([M,new Promise(H=>setTimeout(H,1500))])}async function y2(){if(c1().length&&await w2(),c1().length){try{await x5()}catch{}await w2()}return c1()}async function x5(){await document.createElement("partial-panel-resolver")._getRoutes({x:{component_name:"config",url_path:"x"}}).routes.x.load(),await document.createElement("ha-panel-config").routerOptions.routes.users.load()}var z="iot_secure_gateway",f="/iot-secure-gateway";function u(M,H,C={}){return M.connection.sendMessagePromise({type:`${z}/${H}`,...C})}async function b2(M,H,C){return(await M.connection.sendMessagePromise({type:"call_service",domain:z,service:H,service_data:C,return_response:!0})).response}function c(M,H){let C=H;if(C.translation_key&&C.translation_domain){let V=`component.${C.translation_domain}.exceptions.${C.translation_key}.message`,L=M.localize(V,C.translation_placeholders??{});if(L)return L}return C.message??String(H)}function W(M,H=!1){H?history.replaceState(null,"",M):history.pushState(null,"",M),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:H}}))}function b(M,H){B(M,"hass-notification",{message:H})}function B2(M,H){B(M,"hass-more-info",{entityId:H})}function k(M,H,C){B(M,"show-dialog",{dialogTag:H,dialogImport:async()=>{},dialogParams:{...C,hass:M.hass}})}function B(M,H,C){M.dispatchEvent(new CustomEvent(H,{detail:C,bubbles:!0,composed:!0}))}function v(M,H){customElements.get(M)||customElements.define(M,H)}async function h1(M){await Promise.all(["config_panel","exceptions"].map(H=>M.loadBackendTranslation(H,z)))}function x(M,H,C={}){return M.localize(`component.${z}.config_panel.${H}`,C)||H}function P2(M,H,C,V={}){let L=new Intl.PluralRules(M.language).select(C)==="one"?"one":"other";return x(M,`${H}_${L}`,{...V,count:C})}function D(M,H){let C=new Date(H),V={timeZone:M.config.time_zone},L=e=>e.toLocaleDateString("en-CA",V),r={hour:"2-digit",minute:"2-digit"};return L(C)===L(new Date)?C.toLocaleTimeString(M.language,{...V,...r}):C.toLocaleString(M.language,{...V,...r,weekday:"short",day:"numeric",month:"short"})}var g=class extends Z{constructor(){super(...arguments);this.dialogNext=!0;this.isOpen=!0;this.isBusy=!1;this.error=""}get hass(){if(!this.params)throw new Error("not open");return this.params.hass}closeDialog(){return this.isOpen=!1,!0}render(){return this.params?t`<ha-dialog
      .open=${this.isOpen}
      .headerTitle=${this.heading()}
      header-title=${this.heading()}
      @closed=${this.closed}
      @after-show=${this.focusFirst}
    >
      ${this.error?t`<ha-alert alert-type="error">${this.error}</ha-alert>`:a}
      ${this.body()}
      <ha-dialog-footer slot="footer">${this.buttons()}</ha-dialog-footer>
    </ha-dialog>`:a}t(C,V){return x(this.hass,C,V)}async submit(C){this.isBusy=!0,this.error="";try{await C(),this.isOpen=!1}catch(V){this.error=c(this.hass,V)}finally{this.isBusy=!1}}cancelButton(){return t`<ha-button
      slot="secondaryAction"
      appearance="plain"
      @click=${()=>this.isOpen=!1}
      >${this.hass.localize("ui.common.cancel")}</ha-button
    >`}closed(C){C.target===C.currentTarget&&(B(this,"dialog-closed",{dialog:this.localName}),this.remove())}async focusFirst(){let C=this.renderRoot.querySelector("ha-form");for(let V=0;C&&V<20;V++){let L=C.shadowRoot?.querySelector("ha-selector");if(L?.focus(),L?.matches(":focus-within"))return;await new Promise(r=>setTimeout(r,50))}}};A([n({attribute:!1})],g.prototype,"params",2),A([l()],g.prototype,"isOpen",2),A([l()],g.prototype,"isBusy",2),A([l()],g.prototype,"error",2);var s5=["nothing","reads","controls"],O1=class extends g{constructor(){super(...arguments);this.data={household:"nothing",automations:!1}}heading(){return this.t("claim.title")}body(){let C=this.params?.device;return t`
      ${C?t`<p>${this.t("claim.of",{model:C.model||C.serial,serial:C.serial})}</p>`:t`<p>${this.t("claim.by_hand")}</p>`}
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${V=>this.t(`claim.${V.name}`)}
        .computeHelper=${V=>this.helper(V.name)}
        @value-changed=${V=>this.data=V.detail.value}
      ></ha-form>
      ${this.isBusy?t`<p role="status">${this.t("claim.busy")}</p>`:""}
    `}buttons(){return t`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data.password}
        .loading=${this.isBusy}
        @click=${this.claim}
        >${this.t("claim.claim")}</ha-button
      >`}helper(C){return C==="password"||C==="household"?this.t(`claim.${C}_helper`):""}schema(){let{device:C,asksStarter:V}=this.params??{},L={name:"password",required:!0,selector:{text:{type:"password",autocomplete:"off"}}},r=[{name:"serial",selector:{text:{}}},L,{name:"host",selector:{text:{}}},{name:"port",selector:{number:{mode:"box",min:1,max:65535}}}],i=[{name:"household",required:!0,selector:{select:{options:s5.map(o=>({value:o,label:this.t(`claim.household_${o}`)})),mode:"list"}}},{name:"automations",selector:{boolean:{}}}];return[...C?[L]:r,{name:"name",selector:{text:{}}},{name:"area_id",selector:{area:{}}},...V?i:[]]}async claim(){let{device:C,asksStarter:V}=this.params??{},{household:L,automations:r,...e}=this.data,i=Object.fromEntries(Object.entries(e).filter(([,o])=>o!==void 0&&o!==""));await this.submit(async()=>{let o=await u(this.hass,"claim",{...i,...C?{serial:C.serial}:{},...V?{household:L,automations:r}:{}});b(this,this.t("claim.done",{serial:o.serial}))})}};A([l()],O1.prototype,"data",2);v("isg-claim-dialog",O1);var O=class extends Z{constructor(){super(...arguments);this.narrow=!1;this.detail=""}t(C,V){return x(this.hass,C,V)}n(C,V,L){return P2(this.hass,C,V,L)}waiting(C){return C.error?t`<div class="content"><ha-alert alert-type="error">${C.error}</ha-alert></div>`:t`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}async attempt(C){try{return await C(),!0}catch(V){return b(this,c(this.hass,V)),!1}}};A([n({attribute:!1})],O.prototype,"hass",2),A([n({type:Boolean})],O.prototype,"narrow",2),A([n()],O.prototype,"detail",2);var h=s`
  .content {
    max-width: 1040px;
    margin: 0 auto;
    padding: 16px;
    display: grid;
    gap: 16px;
    box-sizing: border-box;
  }
  h2 {
    margin: 0;
    padding: 16px 16px 0;
    font-size: var(--ha-font-size-xl, 20px);
    font-weight: var(--ha-font-weight-normal, 400);
    color: var(--primary-text-color);
  }
  p {
    margin: 0;
    padding: 8px 16px 16px;
    color: var(--secondary-text-color);
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 8px 0;
  }
  li {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 8px 16px;
    padding: 8px 16px;
    min-height: 40px;
  }
  li + li {
    border-top: 1px solid var(--divider-color);
  }
  .what {
    flex: 1 1 200px;
    min-width: 0;
  }
  .name {
    color: var(--primary-text-color);
    overflow-wrap: anywhere;
  }
  a.name {
    text-decoration: none;
  }
  a.name:hover,
  a.name:focus-visible {
    text-decoration: underline;
  }
  .more {
    color: var(--secondary-text-color);
    font-size: var(--ha-font-size-s, 12px);
    overflow-wrap: anywhere;
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  ha-icon,
  ha-svg-icon {
    color: var(--secondary-text-color);
    flex: none;
  }
  ha-spinner {
    display: block;
    margin: 64px auto;
  }
`;var P=class{constructor(H,C,V=()=>({})){this.host=H;this.command=C;this.fields=V;this.error="";H.addController(this)}hostConnected(){this.start()}hostUpdate(){this.start()}hostDisconnected(){this.stop()}restart(){this.stop(),this.value=void 0,this.error="",this.start()}start(){let H=this.host.hass;if(!H||this.running)return;let C=H.connection.subscribeMessage(V=>{this.running===C&&(this.value=V,this.error="",this.host.requestUpdate())},{type:`${z}/${this.command}`,...this.fields()});this.running=C,C.catch(V=>{this.running===C&&(this.error=c(H,V),this.host.requestUpdate())})}stop(){let H=this.running;this.running=void 0,H?.then(C=>C()).catch(()=>{})}};var j1=class extends g{heading(){return this.params?.title??""}body(){return t`<p>${this.params?.text}</p>`}buttons(){return t`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .loading=${this.isBusy}
        @click=${()=>this.submit(async()=>this.params?.act())}
        >${this.params?.yes}</ha-button
      >`}};v("isg-confirm-dialog",j1);var a1="\0name",q1="on",T2="off",f1="",g1=class extends g{willUpdate(){if(this.params&&!this.data){let{deployment:H,settings:C}=this.params;this.data={[a1]:H?.name??""};for(let V of C){let L=H?.values[V.key];this.data[V.key]=Z5(V,L)}}}heading(){let H=this.params?.deployment?.name;return H?this.t("device.edit",{name:H}):this.t("device.add")}body(){return t`<p>${this.t("device.dialog_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${H=>this.label(H.name)}
        .computeHelper=${H=>this.helper(H.name)}
        @value-changed=${H=>this.data=H.detail.value}
      ></ha-form>`}buttons(){return t`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data?.[a1]}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}setting(H){return this.params?.settings.find(C=>C.key===H)}label(H){if(H===a1)return this.t("device.name");let C=this.setting(H);return C?.unit?`${C.name} (${C.unit})`:C?.name??H}helper(H){let C=this.setting(H);if(!C)return"";let[V,L]=C.range??[],r=C.type==="text"&&V!==void 0;return[V===void 0?"":this.t(r?"device.length":"device.range",{low:V,high:L??""}),C.risky?this.t("device.risky"):""].filter(Boolean).join(" ")}schema(){let H=(this.params?.settings??[]).map(V=>({name:V.key,selector:this.selector(V)})),C=!this.params?.deployment;return[{name:a1,required:!0,disabled:!C,selector:{text:{}}},...H]}selector(H){let[C,V,L]=(H.range??[]).map(Number);switch(H.type){case"flag":return this.choice([{value:q1,label:this.t("device.on")},{value:T2,label:this.t("device.off")}]);case"choice":return this.choice((H.options??[]).map(r=>({value:r,label:r})));case"whole":case"decimal":return{number:{mode:"box",...C===void 0?{}:{min:C,max:V,step:L||"any"}}};default:return{text:{}}}}choice(H){return{select:{mode:"dropdown",options:[{value:f1,label:this.t("device.left_out")},...H]}}}async save(){let{params:H,data:C}=this;if(!H||!C)return;let V={};for(let L of H.settings){let r=C[L.key];r===void 0||r===f1||r===null||(V[L.key]=L.type==="flag"?r===q1:r)}await this.submit(async()=>{await u(this.hass,"put_deployment",{serial:H.serial,name:String(C[a1]).trim(),values:V,revision:H.revision}),await H.saved()})}};A([l()],g1.prototype,"data",2);function Z5(M,H){return M.type==="flag"?H===void 0?f1:H?q1:T2:M.type==="choice"?H??f1:M.type==="decimal"&&H!==void 0?Number(H):H}v("isg-deployment-dialog",g1);var u5="confirmation_needed",J=class extends O{constructor(){super(...arguments);this.error=""}static{this.styles=[h,s`
      .scroll {
        overflow-x: auto;
        padding: 0 16px 16px;
      }
      table {
        border-collapse: collapse;
        min-width: 100%;
      }
      th,
      td {
        text-align: start;
        padding: 8px 16px 8px 0;
        border-bottom: 1px solid var(--divider-color);
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      th {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      td.left-out {
        color: var(--secondary-text-color);
      }
      .head {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .head h1 {
        margin: 0;
        font-size: var(--ha-font-size-2xl, 24px);
        font-weight: var(--ha-font-weight-normal, 400);
        overflow-wrap: anywhere;
      }
    `]}willUpdate(C){let V=C.get("device");C.has("device")&&(V?.serial!==this.device.serial||V.is_connected!==this.device.is_connected)&&this.load()}render(){let{device:C}=this;return t`
      <div class="content">
        <div class="head">
          <ha-icon-button
            .path=${e2}
            .label=${this.hass.localize("ui.common.back")}
            @click=${()=>W(`${f}/overview`)}
          ></ha-icon-button>
          <h1>${C.name}</h1>
        </div>
        ${this.error?t`<ha-alert alert-type="error">${this.error}</ha-alert>`:a}
        ${this.shown?this.renderSettings(this.shown):a}
        ${!this.shown&&!this.error?t`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`:a}
      </div>
    `}renderSettings(C){return t`
      <ha-card>
        <h2>${this.t("device.deployments")}</h2>
        <p>${this.t("device.deployments_text")}</p>
        ${C.pending?this.renderPending(C.pending.name):a}
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">${this.t("device.setting")}</th>
                <th scope="col">${this.t("device.now")}</th>
                ${C.deployments.map(V=>this.renderHead(C,V))}
              </tr>
            </thead>
            <tbody>
              ${C.settings.map(V=>t`<tr>
                  <th scope="row">
                    ${V.name}
                    ${V.risky?t`<div class="more">${this.t("device.risky")}</div>`:a}
                  </th>
                  <td>${this.text(V,V.value)}</td>
                  ${C.deployments.map(L=>{let r=L.values[V.key];return r===void 0?t`<td class="left-out">${this.t("device.left_out")}</td>`:t`<td>${this.text(V,r)}</td>`})}
                </tr>`)}
            </tbody>
          </table>
        </div>
        ${C.may_change?t`<p>
              <ha-button @click=${()=>this.edit(C)}>${this.t("device.add")}</ha-button>
            </p>`:a}
      </ha-card>
      <ha-card>
        <h2>${this.t("device.factory")}</h2>
        <p>${this.t("device.factory_text")}</p>
        <div class="scroll">
          <table>
            <tbody>
              ${Object.entries(C.factory).map(([V,L])=>t`<tr>
                  <th scope="row">${V}</th>
                  <td>${String(L)}</td>
                </tr>`)}
            </tbody>
          </table>
        </div>
      </ha-card>
    `}renderHead(C,V){let L=C.in_force===V.name;return t`<th scope="col">
      <div>${V.name}</div>
      ${L?t`<div class="more">${this.t("device.in_force")}</div>`:a}
      ${C.may_change?t`<div class="acts">
            ${L?a:t`<ha-button
                  size="small"
                  appearance="filled"
                  @click=${()=>this.activate(V.name)}
                  >${this.t("device.activate")}</ha-button
                >`}
            <ha-icon-button
              .path=${n1}
              .label=${this.t("device.edit",{name:V.name})}
              @click=${()=>this.edit(C,V)}
            ></ha-icon-button>
            <ha-icon-button
              .path=${q}
              .label=${this.t("device.delete",{name:V.name})}
              @click=${()=>this.ask(C,V.name)}
            ></ha-icon-button>
          </div>`:a}
    </th>`}renderPending(C){return t`<ha-alert alert-type="info">
      ${this.t("device.pending",{name:C})}
      <ha-button
        slot="action"
        size="small"
        @click=${()=>this.act(()=>u(this.hass,"cancel_deployment",this.one()))}
        >${this.t("device.cancel")}</ha-button
      >
    </ha-alert>`}text(C,V){return typeof V=="boolean"?this.t(V?"device.on":"device.off"):C.unit?`${V} ${C.unit}`:String(V)||"–"}one(){return{serial:this.device.serial}}async load(){try{this.shown=await u(this.hass,"deployments",this.one()),this.error=""}catch(C){this.error=c(this.hass,C)}}async act(C){await this.attempt(C),await this.load()}edit(C,V){k(this,"isg-deployment-dialog",{serial:this.device.serial,settings:C.settings,revision:C.revision,deployment:V,saved:()=>this.load()})}ask(C,V){k(this,"isg-confirm-dialog",{title:this.t("device.delete",{name:V}),text:this.t("device.delete_text"),yes:this.hass.localize("ui.common.delete"),act:async()=>{await u(this.hass,"delete_deployment",{...this.one(),name:V,revision:C.revision}),await this.load()}})}async activate(C,V=!1){try{let{applied:L}=await u(this.hass,"activate_deployment",{...this.one(),name:C,confirm:V});b(this,this.t(L?"device.applied":"device.waits",{name:C}))}catch(L){L.code!==u5||V?b(this,c(this.hass,L)):k(this,"isg-confirm-dialog",{title:this.t("device.risky_title",{name:C}),text:c(this.hass,L),yes:this.t("device.try"),act:()=>this.activate(C,!0)})}await this.load()}};A([n({attribute:!1})],J.prototype,"device",2),A([l()],J.prototype,"shown",2),A([l()],J.prototype,"error",2);v("isg-device",J);var X1=class extends O{constructor(){super(...arguments);this.overview=new P(this,"overview")}static{this.styles=h}render(){let C=this.overview.value;if(!C)return this.waiting(this.overview);if(this.detail){let V=C.devices.find(L=>L.serial===this.detail);return V?t`<isg-device .hass=${this.hass} .narrow=${this.narrow} .device=${V}></isg-device>`:t`<div class="content">
            <ha-alert alert-type="warning">${this.t("device.gone")}</ha-alert>
          </div>`}return t`
      <div class="content">
        ${this.renderAttention(C)} ${this.renderDiscovered(C)}
        ${this.renderDevices(C.devices)}
      </div>
    `}renderAttention({attention:C,handovers:V}){let{offers:L,takeovers:r,orphans:e}=V;return!C.length&&!L.length&&!r.length&&!e.length?a:t`<ha-card>
      <h2>${this.t("overview.attention")}</h2>
      <ul>
        ${C.map(i=>t`<li>
            <div class="what">
              <div class="name">${i.name}</div>
              <div class="more">${this.t(`problems.${i.kind}`)}</div>
            </div>
          </li>`)}
        ${L.map(i=>this.renderOffer(i))}
        ${r.map(i=>this.renderTakeover(i))}
        ${e.map(i=>t`<li>
            <div class="what">
              <div class="name">${i.name}</div>
              <div class="more">${this.t("overview.orphan")}</div>
            </div>
            ${this.act("overview.take_over","take_over",i.serial)}
          </li>`)}
      </ul>
    </ha-card>`}renderOffer(C){let V=D(this.hass,C.at),L=C.is_to_you?this.t("overview.offered_to_you",{person:C.from,until:V}):this.t("overview.offered_by_you",{person:C.to,until:V});return t`<li>
      <div class="what">
        <div class="name">${C.name}</div>
        <div class="more">${L}</div>
      </div>
      <div class="acts">
        ${C.is_to_you?t`${this.act("overview.accept","accept_transfer",C.serial)}
            ${this.act("overview.decline","end_transfer",C.serial)}`:this.act("overview.withdraw","end_transfer",C.serial)}
      </div>
    </li>`}renderTakeover(C){let V=D(this.hass,C.at),L=new Date(C.at)<=new Date,r=C.is_to_you?this.t("overview.asked_by_you",{person:C.from,at:V}):this.t("overview.asked_of_you",{person:C.to,at:V});return t`<li>
      <div class="what">
        <div class="name">${C.name}</div>
        <div class="more">${r}</div>
      </div>
      <div class="acts">
        ${C.is_to_you&&L?this.act("overview.take_over","take_over",C.serial):a}
        ${this.act(C.is_to_you?"overview.ask_no_longer":"overview.object","object_takeover",C.serial)}
      </div>
    </li>`}renderDiscovered(C){let{discovered:V,asks_starter:L}=C;return t`<ha-card>
      <h2>${this.t("overview.discovered")}</h2>
      ${V.length?t`<ul>
            ${V.map(r=>t`<li>
                <div class="what">
                  <div class="name">${r.model||this.t("overview.unnamed")} (${r.serial})</div>
                  <div class="more">${r.host}</div>
                </div>
                <div class="acts">
                  ${r.is_bound?this.act("overview.restore","restore",r.serial):t`<ha-button
                        size="small"
                        @click=${()=>this.claim({device:r,asksStarter:L})}
                        >${this.t("overview.claim")}</ha-button
                      >`}
                </div>
              </li>`)}
          </ul>`:t`<p>${this.t("overview.none_discovered")}</p>`}
      <p>
        <ha-button appearance="plain" @click=${()=>this.claim({asksStarter:L})}>
          ${this.t("overview.claim_other")}
        </ha-button>
      </p>
    </ha-card>`}renderDevices(C){return t`<ha-card>
      <h2>${this.t("overview.devices")}</h2>
      ${C.length?t`<ul>
            ${C.map(V=>this.renderDevice(V))}
          </ul>`:t`<p>${this.t("overview.none")}</p>`}
    </ha-card>`}renderDevice(C){let V=C.is_yours?this.t("access.yours"):this.t("access.owned_by",{owner:C.owner}),L=[C.area,C.model,V].filter(Boolean).join(" · "),r=C.last_command_ms;return t`<li>
      <div class="what">
        <a
          class="name"
          href="${f}/overview/${encodeURIComponent(C.serial)}"
          @click=${e=>this.open(e,C.serial)}
          >${C.name}</a
        >
        <div class="more">${L}</div>
      </div>
      <div class="more">
        ${r===null?a:this.t("overview.latency",{ms:r.toFixed(r<10?1:0)})}
      </div>
      <div class="name">
        ${C.is_connected&&!C.problem?this.t("overview.connected"):this.t(`problems.${C.problem??"connecting"}`)}
      </div>
    </li>`}open(C,V){C.ctrlKey||C.metaKey||C.shiftKey||(C.preventDefault(),W(`${f}/overview/${encodeURIComponent(V)}`))}act(C,V,L){return t`<ha-button
      size="small"
      @click=${()=>this.attempt(()=>u(this.hass,V,{serial:L}))}
      >${this.t(C)}</ha-button
    >`}claim(C){k(this,"isg-claim-dialog",C)}};v("isg-overview",X1);var C1=class extends Z{constructor(){super(...arguments);this.busy=""}static{this.styles=[h,s`
      ul {
        padding-top: 0;
      }
      .state {
        color: var(--secondary-text-color);
        min-width: 64px;
      }
      .locked {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
        --mdc-icon-size: 16px;
      }
    `]}render(){let{device:C,hass:V}=this,L=C.is_yours?x(V,"access.yours"):x(V,"access.owned_by",{owner:C.owner}),r=C.is_connected?"":` · ${x(V,"access.away")}`;return t`
      <h2>${C.name}</h2>
      <p>${L}${r}</p>
      ${C.entities.length?t`<ul>
            ${C.entities.map(e=>this.renderEntity(e))}
          </ul>`:a}
    `}renderEntity(C){let{hass:V}=this,L=C.entity_id?V.states[C.entity_id]:void 0,r=L?V.formatEntityState?.(L)??L.state:"";return t`
      <li>
        <div class="what">
          <div class="name">${C.name}</div>
          ${r?t`<div class="more">${r}</div>`:a}
        </div>
        <div class="acts">
          ${C.buttons.map(e=>this.renderButton(C,e))}
          ${L?t`<ha-button
                appearance="plain"
                size="small"
                @click=${()=>B2(this,C.entity_id??"")}
                >${x(V,"access.more")}</ha-button
              >`:a}
        </div>
      </li>
    `}renderButton(C,V){let{hass:L}=this,r=`${C.key} ${V.command}`,e=k1(L,V.command);if(!V.is_allowed){let i=V.next_at?D(L,V.next_at):"";return t`<span class="locked">
        <ha-svg-icon .path=${o2}></ha-svg-icon>
        ${x(L,"access.locked",{command:e,next:i})}
      </span>`}return t`<ha-button
      size="small"
      appearance="filled"
      .disabled=${!this.device.is_connected||this.busy!==""}
      .loading=${this.busy===r}
      @click=${()=>this.press(C,V,r)}
      >${e}</ha-button
    >`}async press(C,V,L){this.busy=L;try{await b2(this.hass,"send_command",{device_id:this.device.device_id,command:V.command,entity:C.key});let r=k1(this.hass,V.command);b(this,x(this.hass,"access.done",{name:C.name,command:r}))}catch(r){b(this,c(this.hass,r))}finally{this.busy=""}}};A([n({attribute:!1})],C1.prototype,"hass",2),A([n({attribute:!1})],C1.prototype,"device",2),A([l()],C1.prototype,"busy",2);function k1(M,H){let C=`commands.${H}`,V=x(M,C);return V===C?H:V}v("isg-device-access",C1);var Y1=class extends O{constructor(){super(...arguments);this.access=new P(this,"my_access")}static{this.styles=h}render(){let C=this.access.value;return C?t`
      <div class="content">
        ${C.devices.length?a:t`<ha-card><p>${this.t("access.nothing")}</p></ha-card>`}
        ${C.devices.map(V=>t`<ha-card>
            <isg-device-access .hass=${this.hass} .device=${V}></isg-device-access>
          </ha-card>`)}
        ${C.left_out?t`<ha-alert>${this.n("access.left_out",C.left_out)}</ha-alert>`:a}
        <ha-card>
          <h2>${this.t("access.claim_title")}</h2>
          <p>${this.t("access.claim_text")}</p>
          <p>
            <ha-button @click=${()=>k(this,"isg-claim-dialog",{})}>
              ${this.t("access.claim")}
            </ha-button>
          </p>
        </ha-card>
      </div>
    `:this.waiting(this.access)}};v("isg-my-access",Y1);var J1=["users","devices","commands","times"],R2=["read","control","configure","video","administer"],A1=["mon","tue","wed","thu","fri","sat","sun"];var $=class{constructor(H,C){this.hass=H;this.shown=C}user(H){let C=this.shown.people.find(V=>V.user_id===H);return C?C.name:this.t("gone",{id:H})}entity(H){let C=this.hass.states[H]?.attributes.friendly_name;return typeof C=="string"&&C?C:H}device(H){return this.shown.devices.find(C=>C.serial===H)?.name??H}reference(H,C){let V=this.shown.references[H].find(L=>L.reference.id===C);return V?V.reference.name:this.t("gone",{id:C})}command(H){return k1(this.hass,H)}weekday(H){let C=Date.UTC(2024,0,1+A1.indexOf(H));return new Date(C).toLocaleDateString(this.hass.language,{weekday:"short",timeZone:"UTC"})}day(H){return new Date(`${H}T00:00:00Z`).toLocaleDateString(this.hass.language,{dateStyle:"medium",timeZone:"UTC"})}users(H){return[...H.everyone?[this.t("everyone")]:[],...(H.users??[]).map(C=>this.user(C)),...(H.groups??[]).map(C=>this.reference("user_groups",C)),...(H.persons??[]).map(C=>this.entity(C)),...(H.automations??[]).map(C=>this.software(C,"all_automations")),...(H.scripts??[]).map(C=>this.software(C,"all_scripts")),...(H.integrations??[]).map(C=>this.software(C,"all_integrations")),...(H.guests??[]).map(()=>this.t("guest"))]}devices(H){return[...H.all_of_maker?[this.t("all_devices")]:[],...(H.serials??[]).map(C=>this.device(C)),...(H.groups??[]).map(C=>this.reference("device_groups",C)),...(H.areas??[]).map(C=>this.hass.areas?.[C]?.name??C),...(H.labels??[]).map(C=>this.t("label",{id:C}))]}commands(H){return[...(H.groups??[]).map(C=>this.t(`groups.${C}`)),...(H.own_groups??[]).map(C=>this.reference("command_groups",C)),...(H.names??[]).map(C=>this.command(C)),...(H.limits??[]).map(C=>{let V=C.choices?C.choices.join(", "):`${C.minimum??"…"} – ${C.maximum??"…"}`;return this.t("limited",{command:this.command(C.command),argument:C.argument,range:V})})]}when(H){return H.map(C=>C.map(V=>this.item(V)).join(", "))}times(H){return H.always?[this.t("when.always")]:[...(H.dates??[]).map(C=>`${C.first??"…"} – ${C.last??"…"}`),(H.weekdays??[]).map(C=>this.weekday(C)).join(", "),...(H.hours??[]).map(C=>`${C.start.slice(0,5)}–${C.end.slice(0,5)}`),...(H.shifts??[]).map(C=>this.reference("shifts",C)),...[...H.schedules??[],...H.calendars??[]].map(C=>this.entity(C)),...(H.except_calendars??[]).map(C=>this.t("when.not_calendar",{entity_id:this.entity(C)}))].filter(Boolean)}more(H){let C=V=>D(this.hass,V);return[...H.uses_left===void 0?[]:[this.t("uses_left",{count:H.uses_left})],...H.starts_at?[this.t("starts",{at:C(H.starts_at)})]:[],...H.expires_at?[this.t("expires",{at:C(H.expires_at)})]:[]]}line(H){return[this.t(`effect_${H.effect}`),this.users(H.users).join(", "),this.devices(H.devices).join(", "),this.commands(H.commands).join(", "),this.times(H.times).join(", ")].join(" · ")}software(H,C){return H==="all"?this.t(C):this.entity(H)}item(H){let{kind:C,...V}=H;for(let L of["day","first","last"]){let r=V[L];r&&(V[L]=A1.includes(r)?this.weekday(r):this.day(r))}return V.entity_id&&(V.entity_id=this.entity(V.entity_id)),this.t(`when.${C}`,V)}t(H,C={}){return x(this.hass,`permissions.${H}`,C)}};function T(M,H,C,V,L={}){let r=new Set(H.map(o=>o.value)),e=(C??[]).filter(o=>!r.has(o)),i=[...H,...e.map(o=>({value:o,label:V(o)}))];return{name:M,selector:{select:{multiple:!0,options:i,...L}}}}function K(M,H){return{name:M,selector:{entity:{multiple:!0,filter:{domain:H}}}}}function F2(M){return M.people.map(H=>({value:H.user_id,label:H.name}))}function w1(M,H){return M.devices.filter(C=>C.has_authority&&(!H||H.includes(C.serial))).map(C=>({value:C.serial,label:C.name}))}function d1(M,H){return M.references[H].map(({reference:C})=>({value:C.id,label:C.name}))}function D2(M){return R2.map(H=>({value:H,label:M(`groups.${H}`)}))}function y1(M,H){return[...new Set(M.devices.flatMap(V=>V.commands))].sort().map(V=>({value:V,label:H.command(V)}))}function $2(M){return A1.map(H=>({value:H,label:M.weekday(H)}))}var E2=[{name:"start",required:!0,selector:{time:{no_second:!0}}},{name:"end",required:!0,selector:{time:{no_second:!0}}}],_2=[{name:"first",selector:{date:{}}},{name:"last",selector:{date:{}}}],N2=[{name:"starts_at",selector:{datetime:{}}},{name:"expires_at",selector:{datetime:{}}}],W2={name:"uses_left",selector:{number:{mode:"box",min:0,max:1e6}}};var R=class extends Z{constructor(){super(...arguments);this.items=[];this.schema=[];this.label=C=>C;this.addLabel="";this.removeLabel="";this.disabled=!1}static{this.styles=s`
    :host {
      display: block;
    }
    .item {
      display: flex;
      align-items: center;
      gap: 8px;
      margin-bottom: 8px;
    }
    ha-form {
      flex: 1;
      min-width: 0;
    }
  `}render(){let C=[{name:"",type:"grid",column_min_width:"120px",schema:this.schema}];return t`
      ${this.items.map((V,L)=>t`<div class="item">
          <ha-form
            .hass=${this.hass}
            .data=${V}
            .schema=${C}
            .disabled=${this.disabled}
            .computeLabel=${r=>this.label(r.name)}
            @value-changed=${r=>{r.stopPropagation(),this.tell(this.items.map((e,i)=>i===L?r.detail.value:e))}}
          ></ha-form>
          <ha-icon-button
            .path=${q}
            .label=${this.removeLabel}
            .disabled=${this.disabled}
            @click=${()=>this.tell(this.items.filter((r,e)=>e!==L))}
          ></ha-icon-button>
        </div>`)}
      <ha-button
        size="s"
        appearance="plain"
        .disabled=${this.disabled}
        @click=${()=>this.tell([...this.items,{}])}
      >
        <ha-svg-icon slot="start" .path=${l1}></ha-svg-icon>${this.addLabel}
      </ha-button>
    `}tell(C){B(this,"items-changed",{items:C})}};A([n({attribute:!1})],R.prototype,"hass",2),A([n({attribute:!1})],R.prototype,"items",2),A([n({attribute:!1})],R.prototype,"schema",2),A([n({attribute:!1})],R.prototype,"label",2),A([n()],R.prototype,"addLabel",2),A([n()],R.prototype,"removeLabel",2),A([n({type:Boolean})],R.prototype,"disabled",2);v("isg-list-editor",R);var U2={users:["users","groups","persons","automations","scripts","integrations","guests"],devices:["serials","groups","areas","labels"],commands:["groups","own_groups","names"],times:["weekdays","shifts","schedules","calendars","except_calendars"]},G2={users:"everyone",devices:"all_of_maker"},I2=["automations","scripts"],C2="all",H2={fields:{effect:"allow",is_on:!0},limits:[],dates:[],hours:[]};function b1(M,H){let{effect:C,is_on:V,note:L,uses_left:r}=M,e={effect:C,is_on:V,note:L,uses_left:r,by:M.by};for(let[i,o]of Object.entries(U2)){let p=M[i];for(let m of o){let d=p[m]??[];e[`${i}_${m}`]=d.filter(S=>!I2.includes(m)||S!==C2),d.includes(C2)&&I2.includes(m)&&(e[`${i}_all_${m}`]=!0)}}for(let[i,o]of Object.entries(G2)){let p=M[i];e[`${i}_${o}`]=p[o]===!0}for(let i of["starts_at","expires_at"]){let o=M[i];o&&(e[i]=c5(o,H))}return{fields:e,limits:(M.commands.limits??[]).map(({choices:i,...o})=>({...o,...i?{choices:i.join(", ")}:{}})),dates:M.times.dates??[],hours:M.times.hours??[]}}function Q2(M,H){let{fields:C}=M,V={};for(let[d,S]of Object.entries(U2)){let y=V[d]={};for(let _ of S){let R1=[...C[`${d}_${_}`]??[]];C[`${d}_all_${_}`]&&R1.push(C2),R1.length&&(y[_]=R1)}}for(let[d,S]of Object.entries(G2))C[`${d}_${S}`]&&(V[d][S]=!0);let{commands:L,times:r}=V,e=M.limits.filter(d=>d.command||d.argument).map(O5),i=M.dates.filter(d=>d.first||d.last).map(K2),o=M.hours.filter(d=>d.start||d.end),p={...r,...i.length?{dates:i}:{},...o.length?{hours:o}:{}},m=C.uses_left;return{effect:C.effect==="forbid"?"forbid":"allow",is_on:C.is_on!==!1,users:V.users,devices:V.devices,commands:{...L,...e.length?{limits:e}:{}},times:Object.keys(p).length?p:{always:!0},...C.note?{note:String(C.note)}:{},...typeof m=="number"?{uses_left:m}:{},...S5(C,H)}}function S5(M,H){return Object.fromEntries(["starts_at","expires_at"].filter(C=>typeof M[C]=="string"&&M[C]).map(C=>[C,V2(String(M[C]),H)]))}function V2(M,H){let C=Date.parse(`${M.replace(" ","T")}Z`),V=C;for(let L=0;L<2;L++)V=C-h5(V,H);return new Date(V).toISOString().replace(".000Z","Z")}function c5(M,H){return z2(Date.parse(M),H)}function h5(M,H){return Date.parse(`${z2(M,H).replace(" ","T")}Z`)-Math.floor(M/1e3)*1e3}function z2(M,H){return new Date(M).toLocaleString("sv-SE",{timeZone:H})}function O5(M){let H=(M.choices??"").split(",").map(r=>r.trim()),{choices:C,...V}=M,L=H.filter(Boolean);return{...K2(V),...L.length?{choices:L}:{}}}function K2(M){let H=Object.entries(M).filter(([,C])=>C!=null&&C!=="");return Object.fromEntries(H)}var B1=1440,p1=class extends Z{constructor(){super(...arguments);this.intervals=[]}static{this.styles=s`
    :host {
      display: block;
    }
    table {
      width: 100%;
      border-collapse: collapse;
    }
    caption {
      text-align: start;
      padding-bottom: 8px;
      color: var(--secondary-text-color);
    }
    th {
      text-align: start;
      font-weight: normal;
      white-space: nowrap;
      padding-inline-end: 12px;
      width: 1%;
    }
    td {
      padding: 4px 0;
    }
    td.said {
      color: var(--secondary-text-color);
      font-size: var(--ha-font-size-s, 12px);
      padding-inline-start: 12px;
      width: 34%;
    }
    svg {
      display: block;
      width: 100%;
      height: 20px;
    }
    .none {
      fill: var(--divider-color);
    }
    .allowed {
      fill: var(--success-color, #43a047);
    }
    .hour {
      stroke: var(--card-background-color, #fff);
      stroke-width: 2;
    }
  `}render(){let C=V=>x(this.hass,`permissions.${V}`);return t`<table>
      <caption>
        ${C("week_text")}
      </caption>
      <tbody>
        ${g5(this.intervals).map(V=>t`<tr>
            <th scope="row">${this.name(V.date)}</th>
            <td aria-hidden="true">${f5(V)}</td>
            <td class="said">${k5(V,C)}</td>
          </tr>`)}
      </tbody>
    </table>`}name(C){return new Date(`${C}T00:00:00Z`).toLocaleDateString(this.hass.language,{weekday:"short",day:"numeric",timeZone:"UTC"})}};A([n({attribute:!1})],p1.prototype,"hass",2),A([n({attribute:!1})],p1.prototype,"intervals",2);function g5(M){let H=[];for(let C of M){let V=C.end.slice(0,10);for(let L=C.start.slice(0,10);L<=V;L=w5(L)){let r=L===C.start.slice(0,10)?j2(C.start):0,e=L===V?j2(C.end):B1;if(e<=r)continue;let i=H.find(p=>p.date===L);i||H.push(i={date:L,allowed:[]});let o=i.allowed.at(-1);C.allowed&&o?.[1]===r?o[1]=e:C.allowed&&i.allowed.push([r,e])}}return H}function f5(M){return t`<svg viewBox="0 0 ${B1} 20" preserveAspectRatio="none">
    <rect class="none" width=${B1} height="20"></rect>
    ${M.allowed.map(([H,C])=>z1`<rect class="allowed" x=${H} width=${C-H} height="20"></rect>`)}
    ${[360,720,1080].map(H=>z1`<path class="hour" d="M${H} 0v20"></path>`)}
  </svg>`}function k5(M,H){let[C]=M.allowed;return C?C[0]===0&&C[1]===B1?H("week_always"):M.allowed.map(([V,L])=>`${q2(V)}–${q2(L)}`).join(", "):H("week_never")}function j2(M){return Number(M.slice(11,13))*60+Number(M.slice(14,16))}function q2(M){return`${String(Math.floor(M/60)).padStart(2,"0")}:${String(M%60).padStart(2,"0")}`}function w5(M){return new Date(Date.parse(`${M}T00:00:00Z`)+864e5).toISOString().slice(0,10)}v("isg-week",p1);var y5=["read","settings","set_settings","view","playback","record"],b5=20,w=class extends Z{constructor(){super(...arguments);this.fields={};this.error="";this.isBusy=!1}static{this.styles=[h,s`
      :host {
        display: block;
      }
      .acts,
      ha-alert,
      isg-week {
        margin-top: 16px;
      }
      ul {
        padding: 0;
      }
      li {
        padding: 8px 0;
      }
      .fits {
        font-weight: var(--ha-font-weight-medium, 500);
      }
    `]}willUpdate(){let[C]=this.shown.devices;if(!this.fields.serial&&C){let[V]=this.shown.people;this.fields={serial:C.serial,who:V?`user:${V.user_id}`:void 0}}}render(){return this.shown.devices.length?t`
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .computeLabel=${C=>this.p(`fields.${C.name}`)}
        @value-changed=${C=>{C.stopPropagation(),this.fields=C.detail.value}}
      ></ha-form>
      <div class="acts">
        <ha-button
          .disabled=${!this.fields.command||this.isBusy}
          @click=${()=>this.ask(!1)}
          >${this.p(this.tried?"simulate":"explain")}</ha-button
        >
        <ha-button
          appearance="plain"
          .disabled=${!this.fields.command||this.isBusy}
          @click=${()=>this.ask(!0)}
          >${this.p("show_week")}</ha-button
        >
      </div>
      <div role="status">
        ${this.error?t`<ha-alert alert-type="error">${this.error}</ha-alert>`:a}
        ${this.found?this.renderFound(this.found):a}
        ${this.week?t`<isg-week .hass=${this.hass} .intervals=${this.week}></isg-week>`:a}
      </div>
    `:t`<p>${this.p("no_devices")}</p>`}renderFound({decision:C,rows:V,nearest:L}){let r=this.p(`reasons.${C.reason}`,{row:C.row??""}),e=C.next_allowed_at,i=V.filter(m=>!m.failing.length||m.number===L),o=V.filter(m=>!i.includes(m)),p=[...i,...o].slice(0,b5);return t`
      <ha-alert
        alert-type=${C.allowed?"success":"warning"}
        .title=${this.p(C.allowed?"is_allowed":"is_refused")}
      >
        ${r}
        ${C.column?this.p("column_fails",{column:this.p(`columns.${C.column}`)}):a}
        ${e?this.p("next",{at:D(this.hass,e)}):a}
      </ha-alert>
      ${p.length?t`<ul aria-label=${this.p("held")}>
            ${p.map(m=>t`<li>
                <span class=${m.failing.length?"more":"fits"}>
                  ${this.p(`row_${m.effect}`,{number:m.number})}:
                  ${m.failing.length?this.p("fails_in",{columns:m.failing.map(d=>this.p(`columns.${d}`)).join(", ")}):this.p("fits")}
                </span>
              </li>`)}
          </ul>`:a}
    `}p(C,V){return x(this.hass,`permissions.${C}`,V)}schema(){let{shown:C}=this,V=new $(this.hass,C),L=w1(C),r=C.devices.map(p=>({value:p.serial,label:p.name})),i=[...y1(C,V),...y5.map(p=>({value:p,label:this.p(`asked.${p}`)}))],o={name:"who",selector:{select:{mode:"dropdown",options:this.subjects()}}};return[...C.people.length>1?[o]:[],{name:"serial",required:!0,selector:{select:{mode:"dropdown",options:this.tried?L:r}}},{name:"command",required:!0,selector:{select:{mode:"dropdown",options:i,custom_value:!0}}},{name:"when",selector:{datetime:{}}}]}subjects(){let C=Object.entries(this.hass.states).filter(([r])=>/^(automation|script)\./.test(r)).map(([r,e])=>({value:`${r.split(".")[0]}:${r}`,label:String(e?.attributes.friendly_name??r)})),V=this.shown.rows.flatMap(({row:r})=>(r.users.guests??[]).map(e=>({value:`guest:${e}`,label:`${this.p("guest")}: ${r.note??e}`})));return[...this.shown.people.map(r=>({value:`user:${r.user_id}`,label:r.name})),...C,...V]}async ask(C){let{serial:V,command:L,who:r,when:e}=this.fields,[i,o]=typeof r=="string"?B5(r):["",""],p={serial:V,command:L,...i?{who:{kind:i,id:o}}:{},...e?{when:V2(String(e),this.hass.config.time_zone)}:{}},m=this.tried?{rows:[this.tried]}:{};this.isBusy=!0,this.error="";try{if(C){let d={...p,...m};this.week=(await u(this.hass,"permission_week",d)).week}else this.found=await u(this.hass,this.tried?"simulate":"explain",{...p,...m})}catch(d){this.error=c(this.hass,d),this.found=void 0,this.week=void 0}finally{this.isBusy=!1}}};A([n({attribute:!1})],w.prototype,"hass",2),A([n({attribute:!1})],w.prototype,"shown",2),A([n({attribute:!1})],w.prototype,"tried",2),A([l()],w.prototype,"fields",2),A([l()],w.prototype,"found",2),A([l()],w.prototype,"week",2),A([l()],w.prototype,"error",2),A([l()],w.prototype,"isBusy",2);function B5(M){let H=M.indexOf(":");return[M.slice(0,H),M.slice(H+1)]}v("isg-try",w);var L2="owner",P5="changed_meanwhile",j=class extends g{constructor(){super(...arguments);this.isConflict=!1;this.isTrying=!1}static{this.styles=s`
    h3 {
      margin: 24px 0 8px;
      font-size: var(--ha-font-size-l, 16px);
      font-weight: var(--ha-font-weight-medium, 500);
    }
    p {
      color: var(--secondary-text-color);
      margin: 0 0 8px;
    }
    ha-form + isg-list-editor,
    isg-list-editor + isg-list-editor {
      display: block;
      margin-top: 16px;
    }
  `}willUpdate(){if(this.params&&!this.form){let{row:C,wanted:V}=this.params;this.row=C,C?this.form=b1(C.row,this.zone):V?this.form=b1({...V,number:0,made_by:""},this.zone):this.form=H2}}heading(){let C=this.params?.row?.row.number;return C?this.p("edit_row",{number:C}):this.p("add_row")}body(){let{form:C,params:V}=this;return!C||!V?t``:t`
      ${this.isConflict?t`<ha-alert alert-type="warning">
            ${this.p("conflict")}
            <ha-button slot="action" size="s" @click=${this.loadAnew}
              >${this.p("load_anew")}</ha-button
            >
          </ha-alert>`:a}
      ${this.fieldset(this.general())}
      <h3>${this.p("columns.users")}</h3>
      ${this.fieldset(this.users())}
      <h3>${this.p("columns.devices")}</h3>
      ${this.fieldset(this.devices())}
      <h3>${this.p("columns.commands")}</h3>
      ${this.fieldset(this.commands())}
      ${this.list("limits","add_limit",this.limits())}
      <h3>${this.p("columns.times")}</h3>
      <p>${this.p("times_text")}</p>
      ${this.fieldset(this.times())} ${this.list("hours","add_hours",E2)}
      ${this.list("dates","add_dates",_2)}
      <h3>${this.p("bounds")}</h3>
      ${this.fieldset([...N2,W2,{name:"note",selector:{text:{}}}])}
      ${this.isTrying?t`<h3>${this.p("try")}</h3>
            <isg-try .hass=${this.hass} .shown=${V.shown} .tried=${this.tried()}></isg-try>`:t`<ha-button appearance="plain" @click=${()=>this.isTrying=!0}
            >${this.p("try")}</ha-button
          >`}
    `}buttons(){return t`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${this.isConflict}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}get zone(){return this.hass.config.time_zone}get shown(){if(!this.params)throw new Error("not open");return this.params.shown}get names(){return new $(this.hass,this.shown)}p(C,V){return this.t(`permissions.${C}`,V)}fieldset(C){return t`<ha-form
      .hass=${this.hass}
      .data=${this.form?.fields}
      .schema=${C}
      .disabled=${this.isBusy}
      .computeLabel=${V=>this.p(`fields.${V.name}`)}
      @value-changed=${V=>{this.form&&(this.form={...this.form,fields:V.detail.value})}}
    ></ha-form>`}list(C,V,L){return t`<isg-list-editor
      .hass=${this.hass}
      .items=${this.form?.[C]}
      .schema=${L}
      .label=${r=>this.p(`fields.${r}`)}
      .addLabel=${this.p(V)}
      .removeLabel=${this.hass.localize("ui.common.remove")}
      .disabled=${this.isBusy}
      @items-changed=${r=>{this.form&&(this.form={...this.form,[C]:r.detail.items})}}
    ></isg-list-editor>`}general(){let V={name:"effect",required:!0,selector:{select:{mode:"list",options:["allow","forbid"].map(e=>({value:e,label:this.p(`effect_${e}`)}))}}},{grants:L}=this.shown;if(this.row||L.length<2)return[V];let r=L.map(e=>({value:e.by??L2,label:this.p(e.by?"by_appointment":"by_owner",{devices:e.serials.map(i=>this.names.device(i)).join(", ")})}));return[V,{name:"by",required:!0,selector:{select:{options:r}}}]}chosen(C){return this.form?.fields[C]}users(){let{shown:C,names:V}=this,L=d1(C,"user_groups");return[T("users_users",F2(C),this.chosen("users_users"),r=>V.user(r)),...L.length||this.chosen("users_groups")?.length?[T("users_groups",L,this.chosen("users_groups"),r=>V.reference("user_groups",r))]:[],{name:"users_everyone",selector:{boolean:{}}},{name:"",type:"expandable",flatten:!0,title:this.p("others"),headingLevel:4,schema:[K("users_persons","person"),K("users_automations","automation"),{name:"users_all_automations",selector:{boolean:{}}},K("users_scripts","script"),{name:"users_all_scripts",selector:{boolean:{}}},{name:"users_integrations",selector:{text:{multiple:!0}}}]}]}devices(){let{shown:C,names:V}=this,L=this.chosen("by"),r=C.grants.find(i=>(i.by??L2)===L),e=d1(C,"device_groups");return[T("devices_serials",w1(C,r?.serials),this.chosen("devices_serials"),i=>V.device(i)),...e.length||this.chosen("devices_groups")?.length?[T("devices_groups",e,this.chosen("devices_groups"),i=>V.reference("device_groups",i))]:[],{name:"devices_all_of_maker",selector:{boolean:{}}},{name:"",type:"expandable",flatten:!0,title:this.p("places"),headingLevel:4,schema:[{name:"devices_areas",selector:{area:{multiple:!0}}},{name:"devices_labels",selector:{label:{multiple:!0}}}]}]}commands(){let{shown:C,names:V}=this,L=d1(C,"command_groups");return[T("commands_groups",D2(r=>this.p(r)),[],String,{mode:"list"}),...L.length||this.chosen("commands_own_groups")?.length?[T("commands_own_groups",L,this.chosen("commands_own_groups"),r=>V.reference("command_groups",r))]:[],T("commands_names",y1(C,V),this.chosen("commands_names"),r=>V.command(r),{custom_value:!0})]}limits(){return[{name:"command",required:!0,selector:{text:{}}},{name:"argument",required:!0,selector:{text:{}}},{name:"minimum",selector:{number:{mode:"box",step:"any"}}},{name:"maximum",selector:{number:{mode:"box",step:"any"}}},{name:"choices",selector:{text:{}}}]}times(){let{shown:C,names:V}=this,L=d1(C,"shifts");return[T("times_weekdays",$2(V),[],String,{mode:"list"}),...L.length||this.chosen("times_shifts")?.length?[T("times_shifts",L,this.chosen("times_shifts"),r=>V.reference("shifts",r))]:[],{name:"",type:"expandable",flatten:!0,title:this.p("sources"),headingLevel:4,schema:[K("times_schedules","schedule"),K("times_calendars","calendar"),K("times_except_calendars","calendar")]}]}wanted(){return Q2(this.form??H2,this.zone)}by(){let C=this.chosen("by")??this.shown.grants[0]?.by??null;return typeof C=="string"&&C!==L2?C:null}tried(){let C=this.row?.row.number,V=this.by();return{...this.wanted(),...C?{number:C}:V?{by:V}:{}}}async save(){let{params:C,row:V}=this;await this.submit(async()=>{try{if(V){let{version:L}=V,{number:r}=V.row;await u(this.hass,"change_row",{number:r,version:L,row:this.wanted()})}else C?.save?await C.save(this.wanted(),this.by()):await u(this.hass,"add_row",{row:this.wanted(),by:this.by()})}catch(L){throw this.isConflict=L.code===P5,L}}),this.isConflict&&(this.error="")}async loadAnew(){let C=this.row?.row.number??0;try{let{rows:V}=await u(this.hass,"rows",{after:C-1,limit:1}),[L]=V;if(L?.row.number!==C){this.error=this.p("row_gone",{number:C});return}this.row=L,this.form=b1(L.row,this.zone),this.isConflict=!1}catch(V){this.error=c(this.hass,V)}}};A([l()],j.prototype,"form",2),A([l()],j.prototype,"row",2),A([l()],j.prototype,"isConflict",2),A([l()],j.prototype,"isTrying",2);v("isg-row-dialog",j);var m1=class extends O{constructor(){super(...arguments);this.isLater=!1}static{this.styles=[h,s`
      :host {
        display: block;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        padding: 16px 16px 0;
      }
      .head h2 {
        padding: 0;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        table-layout: fixed;
      }
      th,
      td {
        text-align: start;
        vertical-align: top;
        padding: 12px 8px;
        overflow-wrap: anywhere;
      }
      th {
        color: var(--secondary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      tbody tr {
        border-top: 1px solid var(--divider-color);
      }
      .number {
        width: 96px;
        padding-inline-start: 16px;
      }
      .buttons {
        width: 148px;
      }
      .off td:not(.buttons) {
        opacity: 0.6;
      }
      .effect {
        display: block;
        color: var(--success-color, #43a047);
        color: color-mix(in srgb, var(--success-color, #43a047) 70%, var(--primary-text-color));
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .forbid {
        color: color-mix(in srgb, var(--error-color, #db4437) 75%, var(--primary-text-color));
      }
      .entry {
        display: block;
      }
      .mark {
        display: block;
        margin-top: 4px;
        font-size: var(--ha-font-size-s, 12px);
        color: color-mix(in srgb, var(--warning-color, #ffa600) 50%, var(--primary-text-color));
      }
      .buttons .acts {
        flex-wrap: nowrap;
        gap: 0;
        justify-content: flex-end;
      }
      .hidden {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      .pages {
        display: flex;
        justify-content: flex-end;
        padding: 8px;
      }
      .column {
        display: none;
      }
      table.narrow,
      .narrow tbody,
      .narrow tr,
      .narrow td {
        display: block;
        width: auto;
      }
      .narrow thead {
        display: none;
      }
      .narrow tr {
        padding: 12px 16px;
      }
      .narrow td {
        padding: 2px 0;
      }
      .narrow .column {
        display: block;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
      }
    `]}render(){let{shown:C}=this,V=new $(this.hass,C);return t`<ha-card>
      <div class="head">
        <h2>${this.p("sections.table")}</h2>
        ${C.grants.length?t`<ha-button @click=${()=>this.edit()}>
              <ha-svg-icon slot="start" .path=${l1}></ha-svg-icon>${this.p("add_row")}
            </ha-button>`:a}
      </div>
      <p>${this.p(C.grants.length?"table_text":"table_nothing")}</p>
      ${C.rows.length?this.renderTable(V):a}
      ${this.isLater||C.next!==null?t`<div class="pages">
            <ha-icon-button
              .path=${t2}
              .label=${this.p("previous")}
              .disabled=${!this.isLater}
              @click=${()=>B(this,"page-wanted",{after:null})}
            ></ha-icon-button>
            <ha-icon-button
              .path=${i2}
              .label=${this.p("following")}
              .disabled=${C.next===null}
              @click=${()=>B(this,"page-wanted",{after:C.next})}
            ></ha-icon-button>
          </div>`:a}
    </ha-card>`}renderTable(C){return t`<table role="table" class=${this.narrow?"narrow":""}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" class="number">${this.p("row")}</th>
          ${J1.map(V=>t`<th role="columnheader" scope="col">${this.p(`columns.${V}`)}</th>`)}
          <th role="columnheader" scope="col" class="buttons">
            <span class="hidden">${this.p("acts")}</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${this.shown.rows.map(V=>this.renderRow(V,C))}
      </tbody>
    </table>`}renderRow(C,V){let{row:L,marks:r}=C,e={users:V.users(L.users),devices:V.devices(L.devices),commands:V.commands(L.commands),times:[...V.when(C.when),...V.more(L)]};return t`<tr role="row" class=${L.is_on?"":"off"}>
      <td role="cell" class="number">
        ${L.number}
        <span class="effect ${L.effect}">${this.p(`effect_${L.effect}`)}</span>
        ${L.is_on?a:t`<span class="more">${this.p("is_off")}</span>`}
        <span class="more"><bdi>${C.made_by_name}</bdi></span>
        ${L.note?t`<span class="more"><bdi>${L.note}</bdi></span>`:a}
        ${r.filter(i=>!i.column).map(i=>this.renderMark(i,V))}
      </td>
      ${J1.map(i=>t`<td role="cell">
            <span class="column" aria-hidden="true">${this.p(`columns.${i}`)}</span>
            ${e[i].map(o=>t`<bdi class="entry">${o}</bdi>`)}
            ${r.filter(o=>o.column===i).map(o=>this.renderMark(o,V))}
          </td>`)}
      <td role="cell" class="buttons">${C.may_change?this.renderActs(C):a}</td>
    </tr>`}renderMark(C,V){let L=C.ids.map(r=>V.device(r)).join(", ");return t`<span class="mark">${this.p(`faults.${C.fault}`,{ids:L})}</span>`}renderActs(C){let{number:V,is_on:L}=C.row;return t`<div class="acts">
      <ha-switch
        .checked=${L}
        @change=${r=>this.turn(C,r.target)}
        ><span class="hidden">${this.p("row_counts",{number:V})}</span></ha-switch
      >
      <ha-icon-button
        .path=${n1}
        .label=${this.p("edit_row",{number:V})}
        @click=${()=>this.edit(C)}
      ></ha-icon-button>
      <ha-icon-button
        .path=${q}
        .label=${this.p("remove_row",{number:V})}
        @click=${()=>this.ask(C)}
      ></ha-icon-button>
    </div>`}p(C,V){return this.t(`permissions.${C}`,V)}edit(C){k(this,"isg-row-dialog",{shown:this.shown,row:C})}async turn(C,V){let L=V.checked;await this.attempt(()=>u(this.hass,"switch_row",{number:C.row.number,version:C.version,is_on:L}))||(V.checked=!L)}ask({row:C,version:V}){let{number:L}=C;k(this,"isg-confirm-dialog",{title:this.p("remove_row",{number:L}),text:new $(this.hass,this.shown).line(C),yes:this.hass.localize("ui.common.remove"),act:()=>u(this.hass,"remove_row",{number:L,version:V})})}};A([n({attribute:!1})],m1.prototype,"shown",2),A([n({type:Boolean})],m1.prototype,"isLater",2);v("isg-permission-table",m1);var X2=`${f}/permissions`,P1=class extends O{constructor(){super(...arguments);this.permissions=new P(this,"permissions",()=>({after:this.pages.at(-1)??0}));this.pages=[]}static{this.styles=[h,s`
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      nav a {
        padding: 6px 14px;
        border-radius: 16px;
        border: 1px solid var(--divider-color);
        color: var(--primary-text-color);
        text-decoration: none;
      }
      nav a[aria-current] {
        border-color: var(--primary-color);
        background: rgba(var(--rgb-primary-color, 3, 169, 244), 0.15);
      }
      .content {
        max-width: 1280px;
      }
      .inside {
        padding: 0 16px 16px;
      }
    `]}render(){let C=this.permissions.value;if(!C)return this.waiting(this.permissions);let V=this.sections(C),[L=""]=this.detail.split("/"),r=V[L]??V[""];return t`<div class="content">
      <nav aria-label=${this.t("tabs.permissions")}>
        ${Object.keys(V).map(e=>t`<a
            href=${e?`${X2}/${e}`:X2}
            aria-current=${e===L?"page":a}
            @click=${this.go}
            >${this.t(`permissions.sections.${e||"table"}`)}</a
          >`)}
      </nav>
      ${r?.()}
    </div>`}sections(C){return{"":()=>t`<isg-permission-table
        .hass=${this.hass}
        .narrow=${this.narrow}
        .shown=${C}
        .isLater=${this.pages.length>0}
        @page-wanted=${this.turn}
      ></isg-permission-table>`,try:()=>t`<ha-card>
        <h2>${this.t("permissions.sections.try")}</h2>
        <p>${this.t("permissions.try_text")}</p>
        <div class="inside"><isg-try .hass=${this.hass} .shown=${C}></isg-try></div>
      </ha-card>`}}go(C){C.ctrlKey||C.metaKey||C.shiftKey||(C.preventDefault(),W(C.currentTarget.pathname))}turn(C){let{after:V}=C.detail;this.pages=V===null?this.pages.slice(0,-1):[...this.pages,V],this.permissions.restart()}};A([l()],P1.prototype,"pages",2);v("isg-permissions",P1);var M2="iot-secure-gateway-card",H1=class extends Z{constructor(){super(...arguments);this.config={};this.hasTexts=!1;this.access=new P(this,"my_access")}static{this.styles=[h,s`
      ha-card {
        padding-bottom: 8px;
      }
    `]}setConfig(C){if(C.devices!==void 0&&!Array.isArray(C.devices))throw new Error("devices: a list of serial numbers");this.config=C}getCardSize(){return 4}static getStubConfig(){return{}}willUpdate(){this.hass&&!this.hasTexts&&h1(this.hass).finally(()=>this.hasTexts=!0)}render(){let C=this.access.value;if(!this.hasTexts||!this.hass)return a;if(!C)return this.access.error?t`<ha-alert alert-type="error">${this.access.error}</ha-alert>`:a;let V=this.config.devices,L=C.devices.filter(r=>r.entities.length&&(!V||V.includes(r.serial)));return t`<ha-card>
      ${L.length?L.map(r=>t`<isg-device-access .hass=${this.hass} .device=${r}></isg-device-access>`):t`<p>${x(this.hass,"access.nothing")}</p>`}
    </ha-card>`}};A([n({attribute:!1})],H1.prototype,"hass",2),A([l()],H1.prototype,"config",2),A([l()],H1.prototype,"hasTexts",2);v(M2,H1);var Y2=window.customCards??=[];Y2.some(M=>M.type===M2)||Y2.push({type:M2,name:"IoT Secure Gateway",description:"The devices and commands that are permitted to whoever looks at it."});var T1=[{path:"overview",icon:a2,page:(M,H)=>t`
      <isg-overview .hass=${M.hass} .narrow=${M.narrow} .detail=${H}></isg-overview>
    `},{path:"permissions",icon:A2,page:(M,H)=>t`
      <isg-permissions .hass=${M.hass} .narrow=${M.narrow} .detail=${H}></isg-permissions>
    `},{path:"my-access",icon:r2,page:(M,H)=>t`
      <isg-my-access .hass=${M.hass} .narrow=${M.narrow} .detail=${H}></isg-my-access>
    `}],J2=/_static\/([0-9a-f]+)\//.exec(import.meta.url)?.[1],E=class extends Z{constructor(){super(...arguments);this.narrow=!1;this.route={prefix:f,path:""};this.panel={};this.hasTexts=!1;this.language=""}static{this.styles=s`
    ha-alert {
      display: block;
      margin: 16px;
    }
  `}connectedCallback(){super.connectedCallback(),y2().then(C=>this.missing=C)}willUpdate(){this.hass&&this.hass.language!==this.language&&(this.language=this.hass.language,h1(this.hass).finally(()=>this.hasTexts=!0)),(this.route.path===""||this.route.path==="/")&&W(`${f}/${T1[0]?.path}`,!0)}render(){if(!this.hass||!this.missing||!this.hasTexts)return a;let[C="",...V]=this.route.path.split("/").filter(Boolean),r=(T1.find(e=>e.path===C)??T1[0])?.page(this,decodeURIComponent(V.join("/")));return this.missing.includes("hass-tabs-subpage")?t`<ha-alert alert-type="warning">${x(this.hass,"elements_missing")}</ha-alert>
        ${r}`:t`
      <hass-tabs-subpage
        main-page
        .hass=${this.hass}
        .narrow=${this.narrow}
        .route=${this.route}
        .tabs=${T1.map(e=>({path:`${f}/${e.path}`,name:x(this.hass,`tabs.${e.path.replace("-","_")}`),iconPath:e.icon}))}
      >
        ${this.isOld()?t`<ha-alert alert-type="info">
              ${x(this.hass,"upgraded")}
              <ha-button slot="action" @click=${()=>location.reload()}>
                ${x(this.hass,"reload")}
              </ha-button>
            </ha-alert>`:a}
        ${r}
      </hass-tabs-subpage>
    `}isOld(){let C=this.panel.config?.digest;return!!C&&!!J2&&C!==J2}};A([n({attribute:!1})],E.prototype,"hass",2),A([n({type:Boolean})],E.prototype,"narrow",2),A([n({attribute:!1})],E.prototype,"route",2),A([n({attribute:!1})],E.prototype,"panel",2),A([l()],E.prototype,"missing",2),A([l()],E.prototype,"hasTexts",2);v("iot-secure-gateway-panel",E);
/*! Bundled license information:

@lit/reactive-element/css-tag.js:
  (**
   * @license
   * Copyright 2019 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/reactive-element.js:
lit-html/lit-html.js:
lit-element/lit-element.js:
@lit/reactive-element/decorators/custom-element.js:
@lit/reactive-element/decorators/property.js:
@lit/reactive-element/decorators/state.js:
@lit/reactive-element/decorators/event-options.js:
@lit/reactive-element/decorators/base.js:
@lit/reactive-element/decorators/query.js:
@lit/reactive-element/decorators/query-all.js:
@lit/reactive-element/decorators/query-async.js:
@lit/reactive-element/decorators/query-assigned-nodes.js:
  (**
   * @license
   * Copyright 2017 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/is-server.js:
  (**
   * @license
   * Copyright 2022 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/decorators/query-assigned-elements.js:
  (**
   * @license
   * Copyright 2021 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)
*/
